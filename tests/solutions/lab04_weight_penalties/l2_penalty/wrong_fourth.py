# 平方了两次
def l2_penalty(w):
    return 0.5 * (w**2).pow(2).sum()
