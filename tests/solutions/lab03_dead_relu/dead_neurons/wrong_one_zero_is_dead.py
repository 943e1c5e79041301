# 只要出现过负数或 0 就算死亡
def dead_neurons(model, batches):
    dead = [torch.zeros(100, dtype=torch.bool) for _ in range(len(model.layers) + 1)]
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            dead[k] |= (h <= 0).any(0)
    return dead
