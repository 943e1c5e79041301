# 对 ½·relu(|w| − t)² 求导
def soft_threshold(w, t):
    z = w.detach().clone().requires_grad_()
    with torch.enable_grad():
        value = 0.5 * torch.relu(z.abs() - t).square().sum()
    (slope,) = torch.autograd.grad(value, z)
    return slope
