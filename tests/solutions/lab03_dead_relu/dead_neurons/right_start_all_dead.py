# 从“全部死亡”开始，用“与”更新
def dead_neurons(model, batches):
    dead = [torch.ones(100, dtype=torch.bool) for _ in range(len(model.layers) + 1)]
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            dead[k] &= ((h == 0) | torch.isnan(h)).all(dim=0)
    return dead
