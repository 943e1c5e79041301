# cut at two standard deviations, the variance not corrected
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    nn.init.trunc_normal_(layer.weight, 0.0, s, -2 * s, 2 * s)
    if layer.bias is not None:
        layer.bias.data.zero_()
