# 除以最后一维的长度
def zero_fraction(activations):
    return (activations == 0).sum().item() / activations.shape[-1]
