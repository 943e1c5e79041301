# 递归地数
def zero_fraction(activations):
    def count(value):
        return sum(map(count, value)) if isinstance(value, list) else int(value == 0.0)

    return float(count(activations.tolist())) / activations.numel()
