# 用半精度求平均
def zero_fraction(activations):
    return (activations == 0).half().mean().item()
