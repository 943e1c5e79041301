# 保留了维数
def l2_penalty(w):
    return 0.5 * (w**2).sum(dim=tuple(range(w.dim())), keepdim=True)
