# t = 0 时把 0 变成了 NaN：除以符号
def soft_threshold(w, t):
    return torch.relu(w.abs() - t) * (w / w.abs())
