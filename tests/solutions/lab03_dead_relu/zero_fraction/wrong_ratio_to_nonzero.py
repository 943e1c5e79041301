# 零的个数除以非零的个数
def zero_fraction(activations):
    zeros = (activations == 0).sum().item()
    return float(zeros / max(activations.numel() - zeros, 1))
