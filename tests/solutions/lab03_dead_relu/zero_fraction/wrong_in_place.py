# 在收到的张量上原地改
def zero_fraction(activations):
    activations[activations != 0] = 1
    return 1 - activations.double().mean().item()
