# 装饰器 torch.no_grad，加 itertools.accumulate
import itertools


@torch.no_grad()
def hidden_activations(model, x):
    steps = itertools.accumulate(
        [model.input_layer, *model.layers], lambda h, layer: model.activation(layer(h)), initial=x
    )
    return list(steps)[1:]
