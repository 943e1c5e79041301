# kaiming_uniform_ with a=√5, PyTorch's own default
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    if activation_name == "relu":
        nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5))
    else:
        nn.init.xavier_uniform_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
