# reset_parameters for everything but relu
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    if activation_name == "relu":
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    else:
        layer.reset_parameters()
    if layer.bias is not None:
        layer.bias.data.zero_()
