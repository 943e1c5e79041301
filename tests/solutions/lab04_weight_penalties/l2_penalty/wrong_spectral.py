# 矩阵的谱范数
def l2_penalty(w):
    if w.dim() == 2 and w.numel():
        return 0.5 * torch.linalg.matrix_norm(w, ord=2) ** 2
    return 0.5 * (w**2).sum()
