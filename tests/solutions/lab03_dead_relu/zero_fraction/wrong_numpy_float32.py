# np.float32 不是 Python 的 float
def zero_fraction(activations):
    return np.float32((activations.detach().numpy() == 0).mean())
