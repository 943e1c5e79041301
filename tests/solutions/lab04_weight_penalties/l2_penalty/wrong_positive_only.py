# 只罚正的
def l2_penalty(w):
    return 0.5 * (w.clamp(min=0) ** 2).sum()
