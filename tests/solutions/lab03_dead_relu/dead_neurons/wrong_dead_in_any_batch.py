# 在任何一批里沉默就算死亡
def dead_neurons(model, batches):
    dead = None
    for x in batches:
        now = [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, x)]
        dead = now if dead is None else [a | b for a, b in zip(dead, now)]
    return dead
