# 先求和再平方
def l2_penalty(w):
    return 0.5 * w.sum() ** 2
