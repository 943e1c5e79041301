# 刚好等于 t 的不变成 0
def soft_threshold(w, t):
    return torch.where(w.abs() < t, torch.zeros_like(w), torch.where(w.abs() == t, w, w - t * torch.sign(w)))
