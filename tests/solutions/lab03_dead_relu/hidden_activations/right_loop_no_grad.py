# 上下文管理器 torch.no_grad，加一个循环
def hidden_activations(model, x):
    result = []
    with torch.no_grad():
        for layer in [model.input_layer] + list(model.layers):
            x = model.activation(layer(x))
            result.append(x)
    return result
