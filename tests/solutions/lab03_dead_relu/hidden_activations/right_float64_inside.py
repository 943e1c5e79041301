# 中间用 float64，交出去之前换回网络的 dtype
def hidden_activations(model, x):
    def line(h, layer):
        return h @ layer.weight.detach().double().t() + layer.bias.detach().double()

    values = []
    h = x.detach().double()
    for layer in (model.input_layer, *model.layers):
        h = model.activation(line(h, layer))
        values.append(h.to(layer.weight.dtype))
    return values
