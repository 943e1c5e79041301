# a gradient that is exactly 0 is left out
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    return [(n, v) for n, v in ((n, 0.0 if l.weight.grad is None else l.weight.grad.abs().mean().item()) for n, l in named) if v > 0 or all(m.weight.grad is None for _, m in named)]
