# 很慢：每个激活都从头走一遍
def hidden_activations(model, x):
    chain = [model.input_layer, *model.layers]
    found = []
    for stop in range(1, len(chain) + 1):
        with torch.no_grad():
            h = x
            for layer in chain[:stop]:
                h = model.activation(layer(h))
        found.append(h)
    return found
