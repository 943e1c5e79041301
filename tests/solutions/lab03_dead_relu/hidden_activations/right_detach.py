# 不关梯度，用 detach 逐个切断计算图
def hidden_activations(model, x):
    h = model.activation(model.input_layer(x)).detach()
    result = [h]
    for layer in model.layers:
        h = model.activation(layer(h)).detach()
        result.append(h)
    return result
