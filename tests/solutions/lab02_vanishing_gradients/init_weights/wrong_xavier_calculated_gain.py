# xavier with calculate_gain of the activation
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    nn.init.xavier_normal_(layer.weight, gain=nn.init.calculate_gain(activation_name))
    if layer.bias is not None:
        layer.bias.data.zero_()
