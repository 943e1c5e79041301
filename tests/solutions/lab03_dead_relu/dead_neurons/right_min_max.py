# 记录最大值和最小值：两个都是 0 才是死亡
def dead_neurons(model, batches):
    low = high = None
    for x in batches:
        values = torch.stack(hidden_activations(model, x)).nan_to_num(nan=0.0)
        smallest, largest = values.amin(dim=1), values.amax(dim=1)
        low = smallest if low is None else torch.minimum(low, smallest)
        high = largest if high is None else torch.maximum(high, largest)
    return [a & b for a, b in zip(low == 0, high == 0)]
