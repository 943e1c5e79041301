# 只认二维张量
def zero_fraction(activations):
    rows, columns = activations.shape
    return (activations == 0).sum().item() / (rows * columns)
