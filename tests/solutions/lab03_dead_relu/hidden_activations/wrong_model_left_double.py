# 把模型换成 float64 以后没有换回来
def hidden_activations(model, x):
    model.double()
    result, h = [], x.double()
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            h = model.activation(layer(h))
            result.append(h.to(x.dtype))
    return result
