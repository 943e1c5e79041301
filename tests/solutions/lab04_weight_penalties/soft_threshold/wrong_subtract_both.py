# 正负都减 t
def soft_threshold(w, t):
    return torch.where(w.abs() > t, w - t, torch.zeros_like(w))
