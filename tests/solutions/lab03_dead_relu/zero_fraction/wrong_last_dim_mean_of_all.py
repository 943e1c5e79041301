# 整行为零的样本的比例
def zero_fraction(activations):
    flags = (activations == 0).all(dim=-1)
    return flags.double().mean().item()
