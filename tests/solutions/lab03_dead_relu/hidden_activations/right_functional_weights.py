# 直接用 detach 过的权重做矩阵乘法
def hidden_activations(model, x):
    h, result = x.detach(), []
    for k in range(len(model.layers) + 1):
        layer = model.layers[k - 1] if k > 0 else model.input_layer
        h = model.activation(h @ layer.weight.detach().T + layer.bias.detach())
        result.append(h)
    return result
