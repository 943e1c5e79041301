# 每个隐藏层都接在第一个激活之后，而不是接在上一层之后
def hidden_activations(model, x):
    with torch.no_grad():
        h = model.activation(model.input_layer(x))
        return [h] + [model.activation(layer(h)) for layer in model.layers]
