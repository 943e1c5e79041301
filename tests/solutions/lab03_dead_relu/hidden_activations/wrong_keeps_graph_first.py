# 只对后面的层关掉梯度
def hidden_activations(model, x):
    h = model.activation(model.input_layer(x))
    result = [h]
    with torch.no_grad():
        for layer in model.layers:
            h = model.activation(layer(h))
            result.append(h)
    return result
