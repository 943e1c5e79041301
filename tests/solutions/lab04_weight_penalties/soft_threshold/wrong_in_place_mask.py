# 就地改动 w
def soft_threshold(w, t):
    w[w.abs() <= t] = 0
    return w - t * torch.sign(w)
