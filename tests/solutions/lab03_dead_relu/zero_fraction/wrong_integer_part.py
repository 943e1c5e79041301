# 先取整，小于 1 的都成了 0
def zero_fraction(activations):
    return (activations.long() == 0).double().mean().item()
