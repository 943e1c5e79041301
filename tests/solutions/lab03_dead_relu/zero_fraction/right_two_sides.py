# 既不大于 0，也不小于 0
def zero_fraction(activations):
    neither = ~((activations > 0) | (activations < 0))
    return torch.mean(neither.to(torch.float64)).item()
