# 只能处理矩阵
def l2_penalty(w):
    return 0.5 * (w**2).sum(dim=(0, 1))
