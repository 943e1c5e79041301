# 只看第一批
def dead_neurons(model, batches):
    x = next(iter(batches))
    return [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, x)]
