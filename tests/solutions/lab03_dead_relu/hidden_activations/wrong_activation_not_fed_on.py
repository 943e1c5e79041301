# 收进列表的是激活值，往下传的却是激活之前的值
def hidden_activations(model, x):
    result = []
    with torch.no_grad():
        h = x
        for layer in [model.input_layer, *model.layers]:
            h = layer(h)
            result.append(model.activation(h))
    return result
