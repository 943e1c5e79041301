# 对生成器用 len
def dead_neurons(model, batches):
    silent = [torch.zeros(100) for _ in range(len(model.layers) + 1)]
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            silent[k] += ((h == 0) | h.isnan()).all(0)
    return [s == len(batches) for s in silent]
