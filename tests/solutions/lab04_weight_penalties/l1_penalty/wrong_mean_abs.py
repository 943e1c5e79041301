# 求平均
def l1_penalty(w):
    return w.abs().mean()
