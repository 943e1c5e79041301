# 默认参数里的列表在两次调用之间留着
def hidden_activations(model, x, result=[]):
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            x = model.activation(layer(x))
            result.append(x)
    return result
