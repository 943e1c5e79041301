# 先把 x 换成 float32，float64 的网络就用不了
@torch.no_grad()
def hidden_activations(model, x):
    h, result = x.float(), []
    for layer in [model.input_layer, *model.layers]:
        h = model.activation(layer(h))
        result.append(h)
    return result
