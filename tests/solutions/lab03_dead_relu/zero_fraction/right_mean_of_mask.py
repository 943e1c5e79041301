# 布尔张量的平均
def zero_fraction(activations):
    return (activations == 0).double().mean().item()
