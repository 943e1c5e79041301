# 对空张量出错
def l1_penalty(w):
    return w.abs().sum() + 0 * w.abs().max()
