# 先减后加：刚减过的元素又被加回来
def soft_threshold(w, t):
    out = w.clone()
    out[out > t] -= t
    out[out < t] += t
    out[out.abs() <= t] = 0
    return out
