# 中途用了半精度
def soft_threshold(w, t):
    h = w.half()
    return (torch.sign(h) * torch.relu(h.abs() - t)).to(w.dtype)
