# view 要求内存连续
def zero_fraction(activations):
    return (activations.view(-1) == 0).double().mean().item()
