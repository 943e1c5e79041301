# 把 output_layer 的输出也收了进来
@torch.no_grad()
def hidden_activations(model, x):
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x))
        result.append(x)
    return result + [model.output_layer(x)]
