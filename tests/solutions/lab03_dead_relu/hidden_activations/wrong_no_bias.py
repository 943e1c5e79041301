# 漏掉偏置
@torch.no_grad()
def hidden_activations(model, x):
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(x @ layer.weight.T)
        result.append(x)
    return result
