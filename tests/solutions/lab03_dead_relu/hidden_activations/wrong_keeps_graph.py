# 没有关掉梯度
def hidden_activations(model, x):
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x))
        result.append(x)
    return result
