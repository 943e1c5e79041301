# 0.01 whatever the layer
def init_weights(layer: nn.Linear, activation_name: str) -> None:
    n_in, n_out = layer.in_features, layer.out_features
    variance = 0.01 if activation_name == "relu" else 0.01
    with torch.no_grad():
        layer.weight.normal_(0.0, math.sqrt(variance))
    if layer.bias is not None:
        layer.bias.data.zero_()
