# 把 input_layer 插进了 model.layers：模型被改动
@torch.no_grad()
def hidden_activations(model, x):
    chain = model.layers
    chain.insert(0, model.input_layer)
    result = []
    for layer in chain:
        x = model.activation(layer(x))
        result.append(x)
    return result
