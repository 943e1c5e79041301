# 用 .data 改动了 w，返回另一个张量
def soft_threshold(w, t):
    w.data = torch.sign(w) * torch.relu(w.abs() - t)
    return w.clone()
