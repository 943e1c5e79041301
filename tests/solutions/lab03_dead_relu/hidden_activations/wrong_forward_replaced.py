# 把每一层的 forward 换成会记录的版本，没有换回来
def hidden_activations(model, x):
    order = [model.input_layer, *model.layers]
    found = [None] * len(order)
    for k, layer in enumerate(order):
        original = layer.forward

        def recording(h, k=k, original=original):
            z = original(h)
            found[k] = model.activation(z.detach())
            return z

        layer.forward = recording
    with torch.no_grad():
        model(x)
    return list(found)
