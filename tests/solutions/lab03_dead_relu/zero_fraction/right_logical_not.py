# logical_not：0 变成 True
def zero_fraction(activations):
    return float(torch.logical_not(activations).float().sum() / activations.numel())
