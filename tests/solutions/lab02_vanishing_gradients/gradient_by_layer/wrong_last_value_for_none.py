# a missing gradient keeps the value of the layer before
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    result, value = [], 0.0
    for n, l in named:
        if l.weight.grad is not None:
            value = l.weight.grad.abs().mean().item()
        result.append((n, value))
    return result
