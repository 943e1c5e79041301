# 返回 Python 数
def l1_penalty(w):
    return w.abs().sum().item()
