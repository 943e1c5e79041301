# 只对第 0 维求和
def l1_penalty(w):
    return w.abs().sum(0)
