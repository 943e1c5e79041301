# 激活了两次（对 ReLU 看不出来）
@torch.no_grad()
def hidden_activations(model, x):
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(model.activation(layer(x)))
        result.append(x)
    return result
