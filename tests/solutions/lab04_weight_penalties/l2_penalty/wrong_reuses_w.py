# 就地平方 w 本身
def l2_penalty(w):
    w *= w
    return 0.5 * w.sum()
