# 把不大于 0 的都算作零
def zero_fraction(activations):
    return (activations <= 0).float().mean().item()
