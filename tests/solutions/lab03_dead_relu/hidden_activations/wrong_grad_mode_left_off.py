# 关掉梯度后没有打开
def hidden_activations(model, x):
    torch.set_grad_enabled(False)
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x))
        result.append(x)
    return result
