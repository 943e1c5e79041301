# 最大值为 0 就算死亡（0 与负数混合时算错）
def dead_neurons(model, batches):
    top = [torch.full((100,), -math.inf) for _ in range(len(model.layers) + 1)]
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            top[k] = torch.maximum(top[k], h.nan_to_num(nan=0.0).amax(0))
    return [t == 0 for t in top]
