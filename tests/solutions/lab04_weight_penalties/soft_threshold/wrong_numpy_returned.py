# 返回 NumPy 数组
def soft_threshold(w, t):
    return (torch.sign(w) * torch.relu(w.abs() - t)).numpy()
