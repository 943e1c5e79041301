# 用了容差
def zero_fraction(activations):
    return (activations.abs() < 1e-6).float().mean().item()
