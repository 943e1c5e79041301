# 记录在两次调用之间留着
_alive = {}


def dead_neurons(model, batches):
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            now = ((h != 0) & ~h.isnan()).any(0)
            _alive[k] = _alive.get(k, now) | now
    return [~_alive[k] for k in range(len(model.layers) + 1)]
