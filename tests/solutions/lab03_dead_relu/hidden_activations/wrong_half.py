# 用半精度计算
def hidden_activations(model, x):
    result, h = [], x.detach().half()
    for layer in [model.input_layer, *model.layers]:
        h = model.activation(h @ layer.weight.detach().half().T + layer.bias.detach().half())
        result.append(h.float())
    return result
