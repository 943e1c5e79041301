# 变成了整数
def soft_threshold(w, t):
    return (torch.sign(w) * torch.relu(w.abs() - t)).int()
