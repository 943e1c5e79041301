# the root taken twice
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    layer.weight.data.normal_(0.0, math.sqrt(s))
    if layer.bias is not None:
        layer.bias.data.zero_()
