# 符号取自 w − t：留下来的元素中两者相同
def soft_threshold(w, t):
    return torch.sign(w - t) * torch.relu(w.abs() - t)
