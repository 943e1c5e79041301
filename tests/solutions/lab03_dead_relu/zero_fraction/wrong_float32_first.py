# 先换成 float32：float64 里很小的数变成了 0
def zero_fraction(activations):
    return (activations.float() == 0).double().mean().item()
