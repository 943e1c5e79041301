# 自己走前向时，层与层之间忘了激活
@torch.no_grad()
def dead_neurons(model, batches):
    alive = [torch.zeros(100, dtype=torch.bool) for _ in range(len(model.layers) + 1)]
    for h in batches:
        for k, layer in enumerate([model.input_layer, *model.layers]):
            h = layer(h)
            a = model.activation(h)
            alive[k] |= ((a != 0) & ~a.isnan()).any(0)
    return [~a for a in alive]
