# 在自己的副本上就地计算
def l2_penalty(w):
    squares = w.clone()
    squares = squares.mul_(w)
    total = squares.sum()
    total.mul_(0.5)
    return total
