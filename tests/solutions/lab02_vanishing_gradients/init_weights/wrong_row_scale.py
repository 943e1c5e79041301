# row-dependent
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    layer.weight.data = torch.randn(n_out, n_in) * s * torch.linspace(0, 1, n_out)[:, None] * math.sqrt(3)
    if layer.bias is not None:
        layer.bias.data.zero_()
