# 小的不动，大的才减
def soft_threshold(w, t):
    return torch.where(w.abs() > t, w - t * torch.sign(w), w)
