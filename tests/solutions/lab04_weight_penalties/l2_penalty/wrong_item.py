# 返回 Python 数
def l2_penalty(w):
    return 0.5 * (w**2).sum().item()
