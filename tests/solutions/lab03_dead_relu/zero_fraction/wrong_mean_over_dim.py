# 只对样本那一维求平均
def zero_fraction(activations):
    return (activations == 0).float().mean(dim=0)
