# 沿第一维切开，一块一块地数
def zero_fraction(activations):
    blocks = [activations] if activations.ndim == 0 else list(activations)
    zeros = sum(int((block == 0).sum()) for block in blocks)
    return float(zeros / activations.numel())
