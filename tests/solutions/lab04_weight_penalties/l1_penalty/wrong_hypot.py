# 斜边函数：0 处梯度是 NaN
def l1_penalty(w):
    return torch.hypot(w, torch.zeros_like(w)).sum()
