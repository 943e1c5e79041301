# mean of the weight plus mean of the bias
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    result = []
    for n, l in named:
        value = 0.0
        for p in (l.weight, l.bias):
            value += 0.0 if p.grad is None else p.grad.abs().mean().item()
        result.append((n, value))
    return result
