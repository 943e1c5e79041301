# L2 的近端步
def soft_threshold(w, t):
    return w / (1 + t)
