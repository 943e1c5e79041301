# 最笨的办法：一个单元一个单元、一个样本一个样本地看
def dead_neurons(model, batches):
    alive = [[False] * 100 for _ in range(len(model.layers) + 1)]
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            for row in h.tolist():
                for j, value in enumerate(row):
                    if value != 0 and not math.isnan(value):
                        alive[k][j] = True
    return [torch.tensor([not flag for flag in flags]) for flags in alive]
