# 批与批之间取最大值，NaN 会传染
def dead_neurons(model, batches):
    top = [torch.zeros(100) for _ in range(len(model.layers) + 1)]
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            top[k] = torch.maximum(top[k], h.abs().amax(0))
    return [(t == 0) | t.isnan() for t in top]
