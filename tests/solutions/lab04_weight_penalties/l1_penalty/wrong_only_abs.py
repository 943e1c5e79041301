# 没有求和
def l1_penalty(w):
    return w.abs()
