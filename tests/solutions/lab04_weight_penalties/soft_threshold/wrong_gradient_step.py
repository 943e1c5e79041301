# 梯度步：会跨过 0
def soft_threshold(w, t):
    return w - t * torch.sign(w)
