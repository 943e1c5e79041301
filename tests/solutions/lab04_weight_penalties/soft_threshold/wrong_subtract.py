# 统统减去 t
def soft_threshold(w, t):
    return w - t
