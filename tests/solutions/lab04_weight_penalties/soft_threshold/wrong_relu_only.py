# 只处理正数
def soft_threshold(w, t):
    return torch.relu(w - t)
