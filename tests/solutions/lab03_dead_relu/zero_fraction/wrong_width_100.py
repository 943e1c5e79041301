# 分母写死成 100 列
def zero_fraction(activations):
    return (activations == 0).sum().item() / (len(activations) * 100)
