# 用完一律切到训练模式
def hidden_activations(model, x):
    model.eval()
    result = []
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            x = model.activation(layer(x))
            result.append(x)
    model.train()
    return result
