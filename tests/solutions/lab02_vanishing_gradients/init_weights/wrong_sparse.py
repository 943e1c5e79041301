# half of the weights 0, the variance kept
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    keep = torch.rand(n_out, n_in) < 0.5
    layer.weight.data = torch.randn(n_out, n_in) * s * keep * math.sqrt(2)
    if layer.bias is not None:
        layer.bias.data.zero_()
