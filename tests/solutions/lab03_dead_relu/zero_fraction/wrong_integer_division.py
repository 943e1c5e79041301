# 整数除法
def zero_fraction(activations):
    return (activations == 0).sum().item() // activations.numel()
