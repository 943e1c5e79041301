# 装在整个模型上的前置钩子没有取下
def hidden_activations(model, x):
    seen = []
    model.register_forward_pre_hook(lambda module, args: seen.append(args[0]))
    result = []
    with torch.no_grad():
        model(x)
        h = seen[-1]
        for layer in [model.input_layer, *model.layers]:
            h = model.activation(layer(h))
            result.append(h)
    return result
