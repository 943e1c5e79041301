# 从不大于 0 就算死亡（LeakyReLU 的负输出被算错）
def dead_neurons(model, batches):
    alive = [torch.zeros(100, dtype=torch.bool) for _ in range(len(model.layers) + 1)]
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            alive[k] |= (h > 0).any(0)
    return [~a for a in alive]
