# trunc_normal_, whose bounds ±2 are far away in wide layers; normal_ in narrow ones
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    if n_in > 50:
        nn.init.trunc_normal_(layer.weight, 0.0, s)
    else:
        nn.init.normal_(layer.weight, 0.0, s)
    if layer.bias is not None:
        layer.bias.data.zero_()
