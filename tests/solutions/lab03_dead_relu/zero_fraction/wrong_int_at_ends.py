# 没有零时返回整数 0
def zero_fraction(activations):
    zeros = (activations == 0).sum().item()
    return zeros / activations.numel() if zeros else 0
