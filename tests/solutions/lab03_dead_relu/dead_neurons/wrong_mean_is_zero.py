# 平均为 0 就算死亡
def dead_neurons(model, batches):
    total = [0] * (len(model.layers) + 1)
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            total[k] = total[k] + h.nan_to_num(nan=0.0).sum(0)
    return [t == 0 for t in total]
