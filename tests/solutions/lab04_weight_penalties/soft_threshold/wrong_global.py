# 用最大值决定整个张量
def soft_threshold(w, t):
    return w * 0 if w.abs().max() <= t else torch.sign(w) * (w.abs() - t)
