# 拉平了
def soft_threshold(w, t):
    return (torch.sign(w) * torch.relu(w.abs() - t)).flatten()
