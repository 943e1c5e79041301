# 只返回不为 0 的
def soft_threshold(w, t):
    out = torch.sign(w) * torch.relu(w.abs() - t)
    return out[out != 0]
