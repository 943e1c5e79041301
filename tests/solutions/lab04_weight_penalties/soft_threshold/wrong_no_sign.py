# 丢了符号
def soft_threshold(w, t):
    return torch.relu(w.abs() - t)
