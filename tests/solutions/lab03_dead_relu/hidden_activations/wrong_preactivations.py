# 收集的是激活之前的值
def hidden_activations(model, x):
    result = []
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            x = layer(x)
            result.append(x)
            x = model.activation(x)
    return result
