# 写成了生成器
def hidden_activations(model, x):
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            x = model.activation(layer(x))
            yield x
