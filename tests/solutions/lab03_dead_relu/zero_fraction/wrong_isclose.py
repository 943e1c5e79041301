# 用 isclose 比较
def zero_fraction(activations):
    return torch.isclose(activations, torch.zeros_like(activations), atol=1e-5).double().mean().item()
