# 全局的钩子没有取下
def hidden_activations(model, x):
    raw = {}
    nn.modules.module.register_module_forward_hook(lambda module, args, output: raw.update({module: output}))
    with torch.no_grad():
        model(x)
        return [model.activation(raw[layer]) for layer in [model.input_layer, *model.layers]]
