# 结束时一律打开梯度，原来关着的也被打开
def hidden_activations(model, x):
    torch.set_grad_enabled(False)
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x))
        result.append(x)
    torch.set_grad_enabled(True)
    return result
