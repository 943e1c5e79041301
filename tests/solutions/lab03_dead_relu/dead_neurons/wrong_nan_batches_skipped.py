# 遇到 NaN 就跳过整批
def dead_neurons(model, batches):
    alive = [torch.zeros(100, dtype=torch.bool) for _ in range(len(model.layers) + 1)]
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            if not h.isnan().any():
                alive[k] |= (h != 0).any(0)
    return [~a for a in alive]
