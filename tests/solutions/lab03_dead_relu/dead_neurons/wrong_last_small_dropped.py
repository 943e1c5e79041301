# 丢掉了最后不满的一批
def dead_neurons(model, batches):
    alive, size = None, None
    for x in batches:
        size = size or len(x)
        if len(x) < size:
            continue
        now = [((h != 0) & ~h.isnan()).any(0) for h in hidden_activations(model, x)]
        alive = now if alive is None else [a | b for a, b in zip(alive, now)]
    return [~a for a in alive]
