# 返回零的个数
def zero_fraction(activations):
    return float((activations == 0).sum())
