# 减去截断的部分
def soft_threshold(w, t):
    return w - w.clamp(-t, t)
