# 切到评估模式后没有恢复
def hidden_activations(model, x):
    model.eval()
    result = []
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            x = model.activation(layer(x))
            result.append(x)
    return result
