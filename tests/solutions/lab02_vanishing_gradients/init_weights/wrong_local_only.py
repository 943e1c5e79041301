# only a local variable is changed
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    weight = torch.randn(n_out, n_in) * s
    bias = torch.zeros(n_out)
