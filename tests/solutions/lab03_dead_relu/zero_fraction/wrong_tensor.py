# 返回 0 维张量
def zero_fraction(activations):
    return (activations == 0).float().mean()
