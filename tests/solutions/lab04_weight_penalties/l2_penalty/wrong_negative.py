# 符号反了
def l2_penalty(w):
    return -0.5 * (w**2).sum()
