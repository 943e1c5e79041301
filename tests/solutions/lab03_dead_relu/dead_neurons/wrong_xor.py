# 批与批之间用了异或
def dead_neurons(model, batches):
    alive = None
    for x in batches:
        now = [((h != 0) & ~h.isnan()).any(0) for h in hidden_activations(model, x)]
        alive = now if alive is None else [a ^ b for a, b in zip(alive, now)]
    return [~a for a in alive]
