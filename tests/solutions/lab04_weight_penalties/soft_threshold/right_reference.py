# 符号乘以剩下的长度
def soft_threshold(w, t):
    return torch.sign(w) * torch.relu(w.abs() - t)
