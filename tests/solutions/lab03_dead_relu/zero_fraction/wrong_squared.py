# 平方以后再比较，很小的数平方成了 0
def zero_fraction(activations):
    return (activations**2 == 0).double().mean().item()
