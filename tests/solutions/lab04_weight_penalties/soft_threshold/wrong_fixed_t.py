# 没有用参数 t
def soft_threshold(w, t):
    return torch.sign(w) * torch.relu(w.abs() - 0.5)
