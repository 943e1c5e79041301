# 每一层都遍历一遍 batches
def dead_neurons(model, batches):
    result = []
    for k in range(len(model.layers) + 1):
        alive = torch.zeros(100, dtype=torch.bool)
        for x in batches:
            h = hidden_activations(model, x)[k]
            alive |= ((h != 0) & ~h.isnan()).any(0)
        result.append(~alive)
    return result
