# the fans by nn.init, bias by getattr
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(layer.weight)
    denominator = fan_in if activation_name == "relu" else fan_in + fan_out
    layer.weight.requires_grad_(False)
    layer.weight.normal_().mul_((2.0 / denominator) ** 0.5)
    layer.weight.requires_grad_(True)
    bias = getattr(layer, "bias", None)
    if bias is not None:
        bias.requires_grad_(False).fill_(0).requires_grad_(True)
