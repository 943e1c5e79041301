# 写成了 L1
def l2_penalty(w):
    return w.abs().sum()
