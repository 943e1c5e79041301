# float64 的输入中途变成 float32
def soft_threshold(w, t):
    v = w.float()
    return (torch.sign(v) * torch.relu(v.abs() - t)).to(w.dtype)
