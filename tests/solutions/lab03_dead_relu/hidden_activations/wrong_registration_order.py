# 值都对，却按登记的顺序排列（input_layer 排到了最后）
def hidden_activations(model, x):
    result = []
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            x = model.activation(layer(x))
            result.append(x)
    return result[1:] + result[:1]
