# 与 0 取大
def soft_threshold(w, t):
    remaining = torch.maximum(w.abs() - t, torch.zeros_like(w))
    return w.sign().mul(remaining)
