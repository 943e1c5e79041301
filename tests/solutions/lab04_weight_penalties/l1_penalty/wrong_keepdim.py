# 保留了维数
def l1_penalty(w):
    return w.abs().sum(dim=tuple(range(w.dim())), keepdim=True)
