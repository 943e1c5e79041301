# nn.init, uniform
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    if activation_name == "relu":
        nn.init.kaiming_uniform_(layer.weight, a=0, mode="fan_in", nonlinearity="relu")
    elif activation_name in ("tanh", "sigmoid"):
        nn.init.xavier_uniform_(layer.weight)
    else:
        raise ValueError(activation_name)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
