# Box–Muller from uniform numbers
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    s = math.sqrt(2 / n_in) if activation_name == "relu" else math.sqrt(2 / (n_in + n_out))
    u, v = 1 - torch.rand(n_out, n_in, dtype=torch.float64), torch.rand(n_out, n_in, dtype=torch.float64)
    z = torch.sqrt(-2 * torch.log(u)) * torch.cos(2 * math.pi * v)
    with torch.no_grad():
        layer.weight[:] = s * z
    if layer.bias is not None:
        layer.bias.data.zero_()
