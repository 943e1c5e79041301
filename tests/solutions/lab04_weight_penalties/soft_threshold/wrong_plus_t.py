# 符号反了：离 0 更远
def soft_threshold(w, t):
    return torch.sign(w) * (w.abs() + t)
