# a new layer returned, the old one unchanged
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    new = nn.Linear(n_in, n_out)
    nn.init.normal_(new.weight, 0.0, s)
    nn.init.zeros_(new.bias)
    layer = new
    if layer.bias is not None:
        layer.bias.data.zero_()
