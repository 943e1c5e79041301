# 返回之前把负数都换成了 0
@torch.no_grad()
def hidden_activations(model, x):
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x))
        result.append(x.clamp(min=0))
    return result
