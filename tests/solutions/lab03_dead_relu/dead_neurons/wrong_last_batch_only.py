# 只看最后一批
def dead_neurons(model, batches):
    for x in batches:
        dead = [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, x)]
    return dead
