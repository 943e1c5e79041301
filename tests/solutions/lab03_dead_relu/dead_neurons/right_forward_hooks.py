# 钩子，用完取下
def dead_neurons(model, batches):
    order = [model.input_layer, *model.layers]
    alive = [torch.zeros(layer.out_features, dtype=torch.bool) for layer in order]

    def hook(k):
        def note(module, args, output):
            a = model.activation(output.detach())
            alive[k] |= ((a != 0) & ~a.isnan()).any(0)

        return note

    handles = [layer.register_forward_hook(hook(k)) for k, layer in enumerate(order)]
    try:
        with torch.inference_mode():
            for x in batches:
                model(x)
    finally:
        for handle in handles:
            handle.remove()
    return [~flags for flags in alive]
