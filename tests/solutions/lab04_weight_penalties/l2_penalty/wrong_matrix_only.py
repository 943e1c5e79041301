# 只对一维向量成立的内积
def l2_penalty(w):
    return 0.5 * w @ w
