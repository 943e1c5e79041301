# 自己走前向，把层间的 NaN 换成了 0：后面的层和网络真正的输出不同
@torch.no_grad()
def dead_neurons(model, batches):
    alive = [torch.zeros(100, dtype=torch.bool) for _ in range(len(model.layers) + 1)]
    for h in batches:
        for k, layer in enumerate([model.input_layer, *model.layers]):
            h = model.activation(layer(h)).nan_to_num(nan=0.0)
            alive[k] |= (h != 0).any(0)
    return [~a for a in alive]
