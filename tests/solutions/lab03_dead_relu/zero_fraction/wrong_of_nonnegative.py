# 分母只数了非负的元素
def zero_fraction(activations):
    return ((activations == 0).sum() / (activations >= 0).sum().clamp(min=1)).item()
