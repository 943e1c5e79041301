# 在自己的副本上就地计算
def soft_threshold(w, t):
    out = w.clone()
    out[w.abs() <= t] = 0
    out[w > t] -= t
    out[w < -t] += t
    return out
