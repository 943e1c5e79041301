# sigmoid not handled
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    if activation_name == "relu":
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    elif activation_name == "tanh":
        nn.init.xavier_normal_(layer.weight)
    if layer.bias is not None:
        layer.bias.data.zero_()
