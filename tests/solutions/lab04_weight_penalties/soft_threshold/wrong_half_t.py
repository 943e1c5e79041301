# 阈值是 t/2
def soft_threshold(w, t):
    return torch.sign(w) * torch.relu(w.abs() - t / 2)
