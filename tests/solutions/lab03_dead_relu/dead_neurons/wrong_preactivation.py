# 判断的是激活之前的值是否为 0
@torch.no_grad()
def dead_neurons(model, batches):
    alive = [torch.zeros(100, dtype=torch.bool) for _ in range(len(model.layers) + 1)]
    for h in batches:
        for k, layer in enumerate([model.input_layer, *model.layers]):
            z = layer(h)
            alive[k] |= ((z != 0) & ~z.isnan()).any(0)
            h = model.activation(z)
    return [~a for a in alive]
