# 多了 ½
def l1_penalty(w):
    return 0.5 * w.abs().sum()
