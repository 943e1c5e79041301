# 递归
def hidden_activations(model, x):
    def walk(h, layers):
        if not layers:
            return []
        h = model.activation(layers[0](h))
        return [h.data] + walk(h.data, layers[1:])

    with torch.no_grad():
        return walk(x, [model.input_layer] + list(model.layers))
