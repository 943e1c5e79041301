# kaiming_normal_ with a = 1: gain 1
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    if activation_name == "relu":
        nn.init.kaiming_normal_(layer.weight, a=1)
    else:
        nn.init.xavier_uniform_(layer.weight)
    if layer.bias is not None:
        layer.bias.data.zero_()
