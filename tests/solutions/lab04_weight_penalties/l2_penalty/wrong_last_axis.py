# 只对最后一维求和
def l2_penalty(w):
    return 0.5 * (w**2).sum(-1)
