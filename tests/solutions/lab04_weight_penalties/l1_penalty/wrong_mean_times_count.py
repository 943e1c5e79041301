# 平均乘个数：空张量得 NaN
def l1_penalty(w):
    return w.abs().mean() * w.numel()
