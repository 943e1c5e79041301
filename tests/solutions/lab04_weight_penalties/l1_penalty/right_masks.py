# 正的和负的分开求和
def l1_penalty(w):
    return w[w > 0].sum() - w[w < 0].sum()
