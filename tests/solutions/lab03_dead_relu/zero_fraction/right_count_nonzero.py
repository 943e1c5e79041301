# 1 减去非零的比例
def zero_fraction(activations):
    return 1.0 - torch.count_nonzero(activations).item() / activations.numel()
