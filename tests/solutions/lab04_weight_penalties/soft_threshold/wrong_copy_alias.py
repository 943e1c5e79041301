# 以为复制了，其实是同一个张量
def soft_threshold(w, t):
    out = w
    out[w.abs() <= t] = 0
    out[w > t] -= t
    out[w < -t] += t
    return out
