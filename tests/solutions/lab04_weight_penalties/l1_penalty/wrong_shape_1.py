# 返回形状 (1,) 的张量
def l1_penalty(w):
    return w.abs().sum().unsqueeze(0)
