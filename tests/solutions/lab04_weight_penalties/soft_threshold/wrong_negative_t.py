# 减成了加的分支写反
def soft_threshold(w, t):
    zero = torch.zeros_like(w)
    return torch.where(w > t, w + t, torch.where(w < -t, w - t, zero))
