# 返回形状 (1,) 的张量
def l2_penalty(w):
    return 0.5 * (w**2).sum().reshape(1)
