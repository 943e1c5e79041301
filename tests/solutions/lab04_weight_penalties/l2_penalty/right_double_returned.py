# 全程 float64，返回 float64
def l2_penalty(w):
    """先变成 float64 再计算。"""
    w64 = w.to(torch.float64)
    return w64.pow(2).sum() / 2
