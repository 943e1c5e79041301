# random.gauss, one weight after the other
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    import random

    values = [[random.gauss(0.0, s) for _ in range(n_in)] for _ in range(n_out)]
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(values))
    if layer.bias is not None:
        layer.bias.data.zero_()
