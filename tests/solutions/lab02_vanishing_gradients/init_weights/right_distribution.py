# torch.distributions
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    sample = torch.distributions.Normal(0.0, s).sample(layer.weight.shape)
    layer.weight.data.copy_(sample)
    if layer.bias is not None:
        layer.bias.data.zero_()
