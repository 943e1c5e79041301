# torch.func.functional_call：把参数当作普通的值交给每一层
def hidden_activations(model, x):
    def value(layer, h):
        return torch.func.functional_call(layer, {k: p.detach() for k, p in layer.named_parameters()}, (h,))

    names = ["input_layer"] + ["layers.%d" % i for i in range(len(model.layers))]
    result, h = [], x.detach()
    for name in names:
        h = model.activation(value(model.get_submodule(name), h))
        result += [h]
    return result
