# 为了不要计算图，把参数都冻结了
def hidden_activations(model, x):
    for p in model.parameters():
        p.requires_grad_(False)
    result = []
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            x = model.activation(layer(x))
            result.append(x)
    return result
