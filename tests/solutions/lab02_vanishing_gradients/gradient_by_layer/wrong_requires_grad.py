# zero decided by requires_grad
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    return [(n, l.weight.grad.abs().mean().item() if l.weight.requires_grad else 0.0) for n, l in named]
