# 返回百分数
def zero_fraction(activations):
    return 100 * (activations == 0).float().mean().item()
