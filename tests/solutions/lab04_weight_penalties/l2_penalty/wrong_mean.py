# 求平均而不是求和
def l2_penalty(w):
    return 0.5 * (w**2).mean()
