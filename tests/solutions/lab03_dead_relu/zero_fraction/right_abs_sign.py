# 绝对值的符号：0 还是 0，其余都是 1
def zero_fraction(activations):
    return 1 - float(activations.abs().sign().double().mean())
