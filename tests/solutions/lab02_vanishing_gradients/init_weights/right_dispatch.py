# a table of functions
def he(weight):
    nn.init.normal_(weight, std=math.sqrt(2 / weight.shape[1]))


def xavier(weight):
    nn.init.uniform_(weight, -math.sqrt(6 / sum(weight.shape)), math.sqrt(6 / sum(weight.shape)))


def init_weights(layer: nn.Linear, activation_name: str) -> None:
    {"relu": he, "tanh": xavier, "sigmoid": xavier}[activation_name](layer.weight)
    for p in [] if layer.bias is None else [layer.bias]:
        nn.init.constant_(p, 0)
