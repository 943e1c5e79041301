# 减去的是 t 除以元素个数
def soft_threshold(w, t):
    return torch.sign(w) * torch.relu(w.abs() - t / max(w.numel(), 1))
