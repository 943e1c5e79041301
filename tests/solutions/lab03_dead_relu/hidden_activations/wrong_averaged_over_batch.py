# 对样本求了平均
@torch.no_grad()
def hidden_activations(model, x):
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x))
        result.append(x.mean(0))
    return result
