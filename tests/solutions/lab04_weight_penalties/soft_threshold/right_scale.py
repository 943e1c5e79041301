# 按比例缩小，0 单独处理
def soft_threshold(w, t):
    size = w.abs()
    keep = size > t
    factor = torch.where(keep, 1 - t / torch.where(keep, size, torch.ones_like(size)), torch.zeros_like(size))
    return w * factor
