# 一次只送一个样本
def dead_neurons(model, batches):
    dead = None
    for x in batches:
        for sample in x:
            flags = [((h[0] == 0) | h[0].isnan()) for h in hidden_activations(model, sample.unsqueeze(0))]
            dead = flags if dead is None else [a.logical_and(b) for a, b in zip(dead, flags)]
    return dead
