# 不需要梯度
@torch.no_grad()
def soft_threshold(w, t):
    w = w.detach()
    return w - torch.clamp(w, min=-t, max=t)
