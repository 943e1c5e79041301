# 后面的判断看的是已经改过的值
def soft_threshold(w, t):
    out = w.clone()
    out[out > t] -= t
    out[out < -t] += t
    out[out.abs() <= t] = 0
    return out
