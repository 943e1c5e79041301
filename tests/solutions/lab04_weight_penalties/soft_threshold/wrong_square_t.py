# 阈值是 t²
def soft_threshold(w, t):
    return torch.sign(w) * torch.relu(w.abs() - t**2)
