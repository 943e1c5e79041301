# 总和留在两次调用之间
_total = torch.zeros(())


def l2_penalty(w):
    global _total
    _total = _total + 0.5 * (w**2).sum()
    return _total
