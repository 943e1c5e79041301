# 6/fan_in: the squared bound as variance
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    variance = 6 / n_in if activation_name == "relu" else 2 / (n_in + n_out)
    with torch.no_grad():
        layer.weight.normal_(0.0, math.sqrt(variance))
    if layer.bias is not None:
        layer.bias.data.zero_()
