# through the NumPy view of the weights
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    view = layer.weight.detach().numpy()
    view[...] = np.random.uniform(-math.sqrt(3) * s, math.sqrt(3) * s, size=view.shape)
    if layer.bias is not None:
        layer.bias.data.zero_()
