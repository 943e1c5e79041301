# 总是返回 float64
def soft_threshold(w, t):
    w = w.double()
    return torch.sign(w) * torch.relu(w.abs() - t)
