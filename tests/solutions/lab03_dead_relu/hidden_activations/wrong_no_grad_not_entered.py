# 写了 torch.no_grad()，却没有用 with
def hidden_activations(model, x):
    torch.no_grad()
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x))
        result.append(x)
    return result
