# inference_mode 也不留计算图
def hidden_activations(model, x):
    result = [x]
    with torch.inference_mode():
        for layer in (model.input_layer, *model.layers):
            result.append(model.activation(layer(result[-1])))
    return result[1:]
