# 装了钩子没有取下
def hidden_activations(model, x):
    outputs = {}
    order = [model.input_layer, *model.layers]
    for layer in order:
        layer.register_forward_hook(lambda module, args, output: outputs.update({module: model.activation(output)}))
    with torch.no_grad():
        model(x)
    return [outputs[layer] for layer in order]
