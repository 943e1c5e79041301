# 返回非零的比例
def zero_fraction(activations):
    return (activations != 0).float().mean().item()
