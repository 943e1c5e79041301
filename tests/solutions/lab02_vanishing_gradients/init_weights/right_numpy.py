# NumPy's generator, copied in; an early return without bias
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    std = {"relu": np.sqrt(2 / n_in)}.get(activation_name, np.sqrt(2 / (n_in + n_out)))
    values = np.random.default_rng().normal(0.0, std, size=(n_out, n_in))
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(values))
    if layer.bias is None:
        return
    with torch.no_grad():
        layer.bias *= 0
