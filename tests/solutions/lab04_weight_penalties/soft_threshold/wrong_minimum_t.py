# t 太小时换成 0.1
def soft_threshold(w, t):
    return torch.sign(w) * torch.relu(w.abs() - max(t, 0.1))
