# the bias removed
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    with torch.no_grad():
        layer.weight.normal_(0.0, s)
    layer.bias = None
