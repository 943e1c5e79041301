# 两重循环，只能处理矩阵
def soft_threshold(w, t):
    out = torch.zeros_like(w)
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            out[i, j] = torch.sign(w[i, j]) * max(float(w[i, j].abs()) - t, 0.0)
    return out
