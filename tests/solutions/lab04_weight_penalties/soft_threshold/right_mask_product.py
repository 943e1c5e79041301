# 乘以 0/1 掩码
def soft_threshold(w, t):
    keep = (w.abs() > t).to(w.dtype)
    return keep * (w - t * torch.sign(w))
