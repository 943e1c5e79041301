# 返回 Fraction，不是 float
from fractions import Fraction


def zero_fraction(activations):
    n = activations.nelement()
    return Fraction(n - int(activations.count_nonzero()), n)
