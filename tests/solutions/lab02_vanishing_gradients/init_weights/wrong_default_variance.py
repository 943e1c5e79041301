# the variance of the default, 1/(3·fan_in)
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    variance = 1 / (3 * n_in) if activation_name == "relu" else 1 / (3 * n_in)
    with torch.no_grad():
        layer.weight.normal_(0.0, math.sqrt(variance))
    if layer.bias is not None:
        layer.bias.data.zero_()
