# 绝对值求和
def l1_penalty(w):
    return w.abs().sum()
