# 截断到 [−t, t]
def soft_threshold(w, t):
    return w.clamp(-t, t)
