# leaky_relu with slope 0 is relu
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    if activation_name == "relu":
        nn.init.kaiming_normal_(layer.weight, a=0.0, mode="fan_in", nonlinearity="leaky_relu")
    elif activation_name == "tanh":
        nn.init.xavier_uniform_(layer.weight, gain=nn.init.calculate_gain("sigmoid"))
    else:
        nn.init.xavier_uniform_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
