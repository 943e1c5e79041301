# 先求和再取绝对值
def l1_penalty(w):
    return w.sum().abs()
