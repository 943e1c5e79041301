# torch.rand shifted and stretched
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    with torch.no_grad():
        layer.weight.copy_((torch.rand_like(layer.weight) - 0.5) * math.sqrt(12) * s)
    if layer.bias is not None:
        layer.bias.data.zero_()
