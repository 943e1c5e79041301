# divided by the largest layer
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    values = [0.0 if l.weight.grad is None else l.weight.grad.abs().mean().item() for _, l in named]
    top = max(values) or 1.0
    return [(n, v / top) for (n, _), v in zip(named, values)]
