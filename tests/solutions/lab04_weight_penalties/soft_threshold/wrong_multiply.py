# 按 (1 − t) 缩小
def soft_threshold(w, t):
    return w * (1 - t)
