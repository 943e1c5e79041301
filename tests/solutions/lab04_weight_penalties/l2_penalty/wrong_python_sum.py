# 对空张量返回 Python 的 0
def l2_penalty(w):
    return sum(v * v for v in w.flatten()) / 2
