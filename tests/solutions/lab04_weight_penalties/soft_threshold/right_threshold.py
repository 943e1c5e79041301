# F.threshold 作用在长度上
def soft_threshold(w, t):
    left = F.threshold(w.abs() - t, 0.0, 0.0)
    return torch.where(w < 0, -left, left)
