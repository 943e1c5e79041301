# 只对矩阵成立的迹
def l2_penalty(w):
    return 0.5 * torch.trace(w.t() @ w)
