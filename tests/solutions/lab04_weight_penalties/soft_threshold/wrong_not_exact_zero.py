# 留下一个很小的数
def soft_threshold(w, t):
    return torch.sign(w) * torch.clamp(w.abs() - t, min=1e-9)
