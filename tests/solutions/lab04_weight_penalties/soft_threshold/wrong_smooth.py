# 平滑近似，得不到恰好的 0
def soft_threshold(w, t):
    return torch.sign(w) * F.softplus(w.abs() - t, beta=200.0)
