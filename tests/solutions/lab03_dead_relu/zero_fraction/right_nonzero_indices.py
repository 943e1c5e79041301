# 数非零元素的下标有多少行
def zero_fraction(activations):
    alive = activations.reshape(-1).nonzero().size(0)
    return (activations.numel() - alive) / activations.numel()
