# 负数都变成 0
def soft_threshold(w, t):
    return torch.where(w > t, w - t, torch.zeros_like(w))
