# input_layer 之后忘了激活
def hidden_activations(model, x):
    with torch.no_grad():
        h = model.input_layer(x)
        result = [h]
        for layer in model.layers:
            h = model.activation(layer(h))
            result.append(h)
    return result
