# fan_in + 1, as if the bias counted
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    variance = 2 / (n_in + 1) if activation_name == "relu" else 2 / (n_in + n_out)
    with torch.no_grad():
        layer.weight.normal_(0.0, math.sqrt(variance))
    if layer.bias is not None:
        layer.bias.data.zero_()
