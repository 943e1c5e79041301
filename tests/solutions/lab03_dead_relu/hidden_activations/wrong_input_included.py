# 把输入 x 也收了进来
@torch.no_grad()
def hidden_activations(model, x):
    result = [x]
    for layer in [model.input_layer, *model.layers]:
        result.append(model.activation(layer(result[-1])))
    return result
