# evenly spaced numbers, nothing random
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    bound = math.sqrt(3) * s
    layer.weight.data = torch.linspace(-bound, bound, n_out * n_in).view(n_out, n_in)
    if layer.bias is not None:
        layer.bias.data.zero_()
