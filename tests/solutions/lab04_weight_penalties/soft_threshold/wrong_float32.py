# 总是返回 float32
def soft_threshold(w, t):
    return (torch.sign(w) * torch.relu(w.abs() - t)).float()
