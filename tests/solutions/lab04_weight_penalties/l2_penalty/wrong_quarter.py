# 系数成了 ¼
def l2_penalty(w):
    return 0.5 * (w**2).sum() / 2
