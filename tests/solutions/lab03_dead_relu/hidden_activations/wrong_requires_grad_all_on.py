# 冻结之后一律解冻，原来冻结的也被解冻
def hidden_activations(model, x):
    for p in model.parameters():
        p.requires_grad_(False)
    result = []
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            x = model.activation(layer(x))
            result.append(x)
    for p in model.parameters():
        p.requires_grad_(True)
    return result
