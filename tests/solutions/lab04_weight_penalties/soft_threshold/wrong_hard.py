# 硬阈值：留下的不缩小
def soft_threshold(w, t):
    return torch.where(w.abs() > t, w, torch.zeros_like(w))
