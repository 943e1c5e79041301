# 缩小后又按范数放大
def soft_threshold(w, t):
    out = torch.sign(w) * torch.relu(w.abs() - t)
    return out * (1 + t)
