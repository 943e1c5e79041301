# collections.Counter
from collections import Counter


def zero_fraction(activations):
    seen = Counter(activations.detach().flatten().tolist())
    return seen[0.0] / sum(seen.values())
