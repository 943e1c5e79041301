# functools.reduce，每一步在列表后面添一个
hidden_activations = torch.no_grad()(
    lambda model, x: functools.reduce(
        lambda heard, layer: heard + [model.activation(layer(heard[-1]))], [model.input_layer, *model.layers], [x]
    )[1:]
)
