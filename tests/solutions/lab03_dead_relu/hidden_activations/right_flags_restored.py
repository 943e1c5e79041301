# 逐个冻结，再逐个恢复；x 那一头用 detach
def hidden_activations(model, x):
    flags = {name: p.requires_grad for name, p in model.named_parameters()}
    for p in model.parameters():
        p.requires_grad = False
    h = x.detach()
    out = []
    for layer in (model.input_layer, *model.layers):
        h = model.activation(layer(h))
        out.append(h)
    for name, p in model.named_parameters():
        p.requires_grad = flags[name]
    return out
