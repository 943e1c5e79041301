# √6·s as bound: twice the variance
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    layer.weight.data.uniform_(-math.sqrt(6) * s, math.sqrt(6) * s)
    if layer.bias is not None:
        layer.bias.data.zero_()
