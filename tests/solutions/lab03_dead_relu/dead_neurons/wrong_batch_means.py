# 每批求平均，平均不为 0 才算活过
def dead_neurons(model, batches):
    alive = None
    for x in batches:
        now = [h.nan_to_num(nan=0.0).mean(0) != 0 for h in hidden_activations(model, x)]
        alive = now if alive is None else [a | b for a, b in zip(alive, now)]
    return [~a for a in alive]
