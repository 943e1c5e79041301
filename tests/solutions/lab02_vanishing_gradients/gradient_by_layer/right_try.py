# EAFP: AttributeError means no gradient
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    result = []
    for name, layer in named:
        try:
            value = layer.weight.grad.abs().mean().item()
        except AttributeError:
            value = 0.0
        result.append((name, value))
    return result
