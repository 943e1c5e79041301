# stops at the first layer without gradient
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    result = []
    for n, l in named:
        if l.weight.grad is None:
            break
        result.append((n, l.weight.grad.abs().mean().item()))
    return result
