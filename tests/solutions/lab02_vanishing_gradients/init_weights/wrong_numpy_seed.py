# NumPy generator with a fixed seed
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    values = np.random.default_rng(42).normal(0.0, s, (n_out, n_in))
    layer.weight.data.copy_(torch.from_numpy(values))
    if layer.bias is not None:
        layer.bias.data.zero_()
