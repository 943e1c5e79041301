# kaiming_normal_ with the gain of the activation
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    nn.init.kaiming_normal_(layer.weight, nonlinearity=activation_name)
    if layer.bias is not None:
        layer.bias.data.zero_()
