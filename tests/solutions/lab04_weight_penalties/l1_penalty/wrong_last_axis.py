# 只对最后一维求和
def l1_penalty(w):
    return w.abs().sum(dim=-1)
