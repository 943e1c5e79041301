# 只记住一个参数的 requires_grad，恢复时用在所有参数上
def hidden_activations(model, x):
    f = model.input_layer.weight.requires_grad
    model.requires_grad_(False)
    r = []
    with torch.no_grad():
        for l in [model.input_layer, *model.layers]:
            x = model.activation(l(x))
            r.append(x)
    model.requires_grad_(f)
    return r
