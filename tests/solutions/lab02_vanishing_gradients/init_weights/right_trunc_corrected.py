# truncated normal corrected variance
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    nn.init.trunc_normal_(layer.weight, 0.0, 1.0, -2.0, 2.0)
    layer.weight.data.mul_(s / 0.87962566)
    if layer.bias is not None:
        layer.bias.data.zero_()
