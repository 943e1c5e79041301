# 用 len(w) 循环行：0 维的张量没有长度
def l2_penalty(w):
    total = torch.zeros((), dtype=w.dtype)
    for i in range(len(w)):
        total = total + 0.5 * (w[i] ** 2).sum()
    return total
