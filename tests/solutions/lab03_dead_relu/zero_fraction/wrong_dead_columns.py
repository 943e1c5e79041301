# 算成了整列都是零的单元的比例
def zero_fraction(activations):
    return (activations == 0).reshape(-1, activations.shape[-1] if activations.dim() else 1).all(0).float().mean().item()
