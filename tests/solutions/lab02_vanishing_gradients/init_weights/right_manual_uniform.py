# uniform by its bound √(3·variance), through .data
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    bound = math.sqrt(6 / n_in) if activation_name == "relu" else math.sqrt(6 / (n_in + n_out))
    layer.weight.data.uniform_(-bound, bound)
    if layer.bias is not None:
        layer.bias.data.fill_(0.0)
