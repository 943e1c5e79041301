# loops over .data
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    for i in range(n_out):
        for j in range(n_in):
            layer.weight.data[i, j] = np.random.normal(0, s)
    if layer.bias is not None:
        layer.bias.data.zero_()
