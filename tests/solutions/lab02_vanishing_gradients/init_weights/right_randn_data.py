# new data for the same Parameter, scaled randn
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    fan_in = layer.weight.size(1)
    fan_out = layer.weight.size(0)
    if activation_name == "relu":
        scale = (2.0 / fan_in) ** 0.5
    else:
        scale = (2.0 / (fan_in + fan_out)) ** 0.5
    layer.weight.data = torch.randn_like(layer.weight) * scale
    if layer.bias is not None:
        layer.bias.data = torch.zeros_like(layer.bias)
    return layer
