# drawn in float64, set as data of the old dtype, the layer returned
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    layer.weight.data = (s * torch.randn(n_out, n_in, dtype=torch.float64)).to(layer.weight.dtype)
    if layer.bias is not None:
        layer.bias.data.zero_()
