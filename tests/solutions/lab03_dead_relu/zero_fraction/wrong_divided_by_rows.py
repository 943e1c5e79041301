# 除以样本数而不是元素总数
def zero_fraction(activations):
    return (activations == 0).sum().item() / len(activations)
