# 逐个数
def zero_fraction(activations):
    values = activations.flatten().tolist()
    zeros = 0
    for value in values:
        if value == 0:
            zeros += 1
    return zeros / len(values)
