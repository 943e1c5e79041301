# 前置钩子：下一层的输入就是这一次的激活
def hidden_activations(model, x):
    heard, handles = [], []
    for layer in [*model.layers, model.output_layer]:
        handles.append(layer.register_forward_pre_hook(lambda module, args: heard.append(args[0].detach().clone())))
    try:
        with torch.no_grad():
            model(x)
    finally:
        while handles:
            handles.pop().remove()
    return heard
