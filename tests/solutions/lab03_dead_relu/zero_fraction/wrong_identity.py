# 用 is 比较
def zero_fraction(activations):
    return sum(v is 0.0 for v in activations.flatten().tolist()) / activations.numel()
