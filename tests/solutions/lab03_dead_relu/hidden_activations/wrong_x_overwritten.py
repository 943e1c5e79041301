# 为了省内存，算完以后把 x 清成了 0
@torch.no_grad()
def hidden_activations(model, x):
    result, h = [], x
    for layer in [model.input_layer, *model.layers]:
        h = model.activation(layer(h))
        result.append(h)
    x.zero_()
    return result
