# 少走一层
@torch.no_grad()
def hidden_activations(model, x):
    x = model.activation(model.input_layer(x))
    result = [x]
    for i in range(len(model.layers) - 1):
        x = model.activation(model.layers[i](x))
        result.append(x)
    return result
