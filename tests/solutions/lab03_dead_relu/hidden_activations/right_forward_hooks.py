# 前向钩子：装在线性层上，用完取下；按前向的顺序整理
def hidden_activations(model, x):
    names = [model.input_layer, *model.layers]
    outputs = {}

    def keep(module, args, output):
        outputs[module] = model.activation(output)

    handles = [layer.register_forward_hook(keep) for layer in names]
    try:
        with torch.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return [outputs[layer] for layer in names]
