# 记录绝对值的最大值，NaN 先换成 0
def dead_neurons(model, batches):
    largest = None
    for x in batches:
        now = [h.nan_to_num(nan=0.0).abs().amax(dim=0) for h in hidden_activations(model, x)]
        largest = now if largest is None else [torch.maximum(a, b) for a, b in zip(largest, now)]
    return [m == 0 for m in largest]
