# 装了钩子没有取下
def dead_neurons(model, batches):
    seen = {}
    layers = [model.input_layer, *model.layers]

    def note(module, args, output):
        a = model.activation(output)
        flags = ((a != 0) & ~a.isnan()).any(0)
        seen[module] = seen.get(module, flags) | flags

    for layer in layers:
        layer.register_forward_hook(note)
    with torch.no_grad():
        for x in batches:
            model(x)
    return [~seen[layer] for layer in layers]
