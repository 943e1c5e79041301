# 把“是不是零”当作 0 和 1，分别数个数
def zero_fraction(activations):
    is_zero = (activations == 0).flatten().long()
    counts = torch.bincount(is_zero, minlength=2)
    return counts[1].item() / counts.sum().item()
