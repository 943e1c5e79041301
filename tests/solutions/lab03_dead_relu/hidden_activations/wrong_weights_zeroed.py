# 顺手把权重里很小的数清成了 0
@torch.no_grad()
def hidden_activations(model, x):
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x))
        result.append(x)
    for p in model.parameters():
        p[p.abs() < 0.01] = 0.0
    return result
