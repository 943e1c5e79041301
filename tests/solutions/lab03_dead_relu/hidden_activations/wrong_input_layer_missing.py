# 没有收 input_layer 之后的激活
def hidden_activations(model, x):
    result = []
    with torch.no_grad():
        h = model.activation(model.input_layer(x))
        for layer in model.layers:
            h = model.activation(layer(h))
            result.append(h)
    return result
