# t = 0 时错误地全部变成 0
def soft_threshold(w, t):
    if not t:
        return torch.zeros_like(w)
    return torch.sign(w) * torch.relu(w.abs() - t)
