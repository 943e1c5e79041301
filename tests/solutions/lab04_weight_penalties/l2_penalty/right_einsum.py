# 拉平后与自己做内积
def l2_penalty(w):
    flat = w.reshape(-1)
    return torch.dot(flat, flat) / 2
