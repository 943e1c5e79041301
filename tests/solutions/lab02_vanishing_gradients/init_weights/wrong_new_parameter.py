# new Parameter objects instead of in place
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    layer.weight = nn.Parameter(torch.randn(n_out, n_in) * s)
    if layer.bias is not None:
        layer.bias = nn.Parameter(torch.zeros(n_out))
