# torch.vmap：写一个样本的算法，自动推广到一批
def hidden_activations(model, x):
    def one(s):
        r = []
        h = s
        for l in [model.input_layer, *model.layers]:
            h = model.activation(F.linear(h, l.weight, l.bias))
            r.append(h)
        return tuple(r)

    with torch.no_grad():
        return list(torch.vmap(one)(x))
