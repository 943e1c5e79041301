# 激活函数写死成 ReLU
@torch.no_grad()
def hidden_activations(model, x):
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = torch.relu(layer(x))
        result.append(x)
    return result
