# match and case, gains of nn.init
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    match activation_name:
        case "relu":
            gain = nn.init.calculate_gain("relu")
            std = gain / layer.in_features**0.5
        case "tanh" | "sigmoid":
            std = (2 / (layer.in_features + layer.out_features)) ** 0.5
    nn.init.normal_(layer.weight, mean=0.0, std=std)
    if layer.bias is not None:
        layer.bias.data.zero_()
