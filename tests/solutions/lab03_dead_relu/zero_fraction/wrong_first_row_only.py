# 只看第一行
def zero_fraction(activations):
    row = activations[0] if activations.dim() > 1 else activations
    return (row == 0).double().mean().item()
