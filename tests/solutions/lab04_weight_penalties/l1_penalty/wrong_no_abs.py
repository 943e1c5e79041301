# 没有取绝对值
def l1_penalty(w):
    return w.sum()
