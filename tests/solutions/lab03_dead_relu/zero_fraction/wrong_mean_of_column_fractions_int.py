# 每列取整之后再平均
def zero_fraction(activations):
    flags = (activations == 0).flatten(0, -1) if activations.dim() < 2 else (activations == 0).all(dim=0)
    return flags.float().mean().item()
