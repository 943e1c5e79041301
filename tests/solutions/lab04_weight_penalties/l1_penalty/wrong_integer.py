# 变成了整数
def l1_penalty(w):
    return w.abs().sum().long()
