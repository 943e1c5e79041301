# statistics.fmean，逐个元素
import statistics


def zero_fraction(activations):
    return statistics.fmean(float(v == 0) for v in activations.reshape(-1))
