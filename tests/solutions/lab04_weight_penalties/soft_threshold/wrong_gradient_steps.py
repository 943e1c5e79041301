# 许多小的梯度步
def soft_threshold(w, t):
    z = w.clone()
    for _ in range(200):
        z = z - 0.05 * (z - w + t * torch.sign(z))
    return z
