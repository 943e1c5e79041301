# detach 之后又打开 requires_grad
def hidden_activations(model, x):
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x)).detach().requires_grad_()
        result.append(x)
    return result
