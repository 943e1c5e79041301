# compares with 'ReLU': relu falls through to Xavier
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    if activation_name == "ReLU":
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    else:
        nn.init.xavier_normal_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
