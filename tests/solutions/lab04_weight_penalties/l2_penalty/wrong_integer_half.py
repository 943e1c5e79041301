# 1 // 2 是 0
def l2_penalty(w):
    return 1 // 2 * (w**2).sum()
