# 按形状留着缓冲区，下一次调用改写上一次的结果
_buffers = {}


@torch.no_grad()
def hidden_activations(model, x):
    key = (len(model.layers), tuple(x.shape), x.dtype)
    if key not in _buffers:
        _buffers[key] = [torch.empty(len(x), 100, dtype=x.dtype) for _ in range(len(model.layers) + 1)]
    for buffer, layer in zip(_buffers[key], [model.input_layer, *model.layers]):
        x = model.activation(layer(x))
        buffer.copy_(x)
    return list(_buffers[key])
