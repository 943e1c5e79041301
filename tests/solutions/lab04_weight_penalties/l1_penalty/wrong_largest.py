# 取了最大值
def l1_penalty(w):
    return w.abs().max()
