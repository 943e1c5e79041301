# 阈值是 2t
def soft_threshold(w, t):
    return torch.sign(w) * torch.relu(w.abs() - 2 * t)
