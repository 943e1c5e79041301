# 用同一个缓冲区收每一层，列表里全是最后一层的值
@torch.no_grad()
def hidden_activations(model, x):
    buffer = torch.empty(x.shape[0], 100)
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = buffer.copy_(model.activation(layer(x)))
        result.append(buffer)
    return result
