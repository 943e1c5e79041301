# 返回列表
def soft_threshold(w, t):
    return [float(v.sign() * max(float(abs(v)) - t, 0)) for v in w.flatten()]
