# normal_ under no_grad
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    fan_out, fan_in = layer.weight.shape
    var = 2 / fan_in if activation_name == "relu" else 2 / (fan_in + fan_out)
    with torch.no_grad():
        layer.weight.normal_(0, var ** 0.5)
        if layer.bias is not None:
            layer.bias.zero_()
