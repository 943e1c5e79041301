# 分母加了一个小数：t = 0 时不错，别处不准
def soft_threshold(w, t):
    return w * torch.relu(1 - t / (w.abs() + 1e-6))
