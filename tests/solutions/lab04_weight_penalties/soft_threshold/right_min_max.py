# 两次截断相加
def soft_threshold(w, t):
    return (w - t).clamp(min=0) + (w + t).clamp(max=0)
