# 复制之后按掩码赋值
def soft_threshold(w, t):
    out = torch.zeros_like(w)
    up, down = w > t, w < -t
    out[up] = w[up] - t
    out[down] = w[down] + t
    return out
