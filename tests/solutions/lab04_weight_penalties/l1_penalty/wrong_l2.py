# 写成了 L2
def l1_penalty(w):
    return 0.5 * (w**2).sum()
