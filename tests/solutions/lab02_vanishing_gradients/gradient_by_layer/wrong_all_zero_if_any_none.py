# one missing gradient makes all of them 0
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]

    if any(l.weight.grad is None for _, l in named):
        return [(n, 0.0) for n, _ in named]
    return [(n, l.weight.grad.abs().mean().item()) for n, l in named]
