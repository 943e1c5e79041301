# a dictionary of all named parameters, read in forward order
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    gradients = {name: p.grad for name, p in model.named_parameters()}
    order = ["input_layer", *[f"layers.{i}" for i in range(len(model.layers))], "output_layer"]
    found = []
    for name in order:
        grad = gradients[name + ".weight"]
        found.append((name, grad.abs().sum().item() / grad.numel() if grad is not None else 0.0))
    return found
