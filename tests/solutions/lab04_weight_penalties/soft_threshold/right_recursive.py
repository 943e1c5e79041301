# 逐维递归
def soft_threshold(w, t):
    if w.dim() > 0:
        return torch.stack([soft_threshold(part, t) for part in w]) if len(w) else torch.zeros_like(w)
    if abs(w) <= t:
        return torch.zeros_like(w)
    return w - t if w > 0 else w + t
