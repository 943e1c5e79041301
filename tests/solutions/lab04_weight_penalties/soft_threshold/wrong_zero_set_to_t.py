# 不够减时停在 t
def soft_threshold(w, t):
    return torch.sign(w) * (w.abs() - t).clamp(min=t)
