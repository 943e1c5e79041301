# 取零最多的一列
def zero_fraction(activations):
    flags = (activations == 0).double()
    return (flags.mean(0).max() if flags.dim() else flags).item()
