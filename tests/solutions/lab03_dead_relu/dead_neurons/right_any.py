# 每批用 any，批之间用“或”
def dead_neurons(model, batches):
    alive = None
    for x in batches:
        flags = [((h != 0) & ~h.isnan()).any(0) for h in hidden_activations(model, x)]
        alive = flags if alive is None else [a | f for a, f in zip(alive, flags)]
    return [torch.logical_not(a) for a in alive]
