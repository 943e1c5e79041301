# hidden, output, then input
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    named = named[1:] + named[:1]
    return [(n, 0.0 if l.weight.grad is None else l.weight.grad.abs().mean().item()) for n, l in named]
