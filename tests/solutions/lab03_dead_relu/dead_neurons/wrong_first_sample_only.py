# 每批只看第一个样本
def dead_neurons(model, batches):
    alive = None
    for x in batches:
        now = [(h[0] != 0) & ~h[0].isnan() for h in hidden_activations(model, x)]
        alive = now if alive is None else [a | b for a, b in zip(alive, now)]
    return [~a for a in alive]
