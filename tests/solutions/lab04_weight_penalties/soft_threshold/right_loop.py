# 逐元素的循环
def soft_threshold(w, t):
    out = []
    for v in w.flatten().tolist():
        if v > t:
            out.append(v - t)
        elif v < -t:
            out.append(v + t)
        else:
            out.append(0.0)
    return torch.tensor(out, dtype=w.dtype).reshape(w.shape)
