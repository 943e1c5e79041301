# 方法链
def l2_penalty(w):
    return w.pow(2).sum().div(2)
