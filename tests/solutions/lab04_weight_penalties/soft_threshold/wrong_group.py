# 整个张量一起收缩（group lasso）
def soft_threshold(w, t):
    norm = w.norm()
    return w * torch.relu(1 - t / norm) if norm > 0 else w.clone()
