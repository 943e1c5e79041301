# 布尔索引取出零，数个数
def zero_fraction(activations):
    flat = activations.reshape(-1)
    return float(len(flat[flat == 0.0]) / len(flat))
