# 取整的百分数再除以 100
def zero_fraction(activations):
    return int(100 * (activations == 0).double().mean().item()) / 100
