# 取下自己的钩子时把别人的也清空了
def hidden_activations(model, x):
    outputs = {}
    order = [model.input_layer, *model.layers]
    for layer in order:
        layer.register_forward_hook(lambda module, args, output: outputs.update({module: model.activation(output)}))
    with torch.no_grad():
        model(x)
    for layer in order:
        layer._forward_hooks.clear()
    return [outputs[layer] for layer in order]
