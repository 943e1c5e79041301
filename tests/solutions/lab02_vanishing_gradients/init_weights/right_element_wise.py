# every element assigned on its own
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    with torch.no_grad():
        draws = torch.randn(n_out * n_in) * s
        for i in range(n_out):
            layer.weight[i] = draws[i * n_in : (i + 1) * n_in]
    if layer.bias is not None:
        layer.bias.data.zero_()
