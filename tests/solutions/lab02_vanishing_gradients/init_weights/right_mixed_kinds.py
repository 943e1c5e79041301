# uniform for relu, normal for the others
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    if activation_name == "relu":
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
    else:
        nn.init.xavier_normal_(layer.weight, gain=1.0)
    if layer.bias is not None:
        with torch.no_grad():
            layer.bias[...] = 0.0
