# map 与 functools.reduce
def dead_neurons(model, batches):
    def silent(x):
        return [torch.all((h == 0) | torch.isnan(h), dim=0) for h in hidden_activations(model, x)]

    def both(a, b):
        return [p & q for p, q in zip(a, b)]

    return functools.reduce(both, map(silent, batches))
