# 先减，再把小的填成 0
def soft_threshold(w, t):
    moved = w - torch.sign(w) * t
    return moved.masked_fill(w.abs() <= t, 0.0)
