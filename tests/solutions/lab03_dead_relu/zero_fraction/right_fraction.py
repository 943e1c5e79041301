# 先用分数算，最后换成 float
from fractions import Fraction


def zero_fraction(activations):
    n = activations.nelement()
    return float(Fraction(n - int(activations.count_nonzero()), n))
