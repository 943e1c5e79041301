# 四舍五入到两位
def zero_fraction(activations):
    return round((activations == 0).float().mean().item(), 2)
