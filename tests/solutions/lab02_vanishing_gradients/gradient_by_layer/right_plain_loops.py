# Python loops over every number
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    result = []
    for name, layer in named:
        total, count = 0.0, 0
        if layer.weight.grad is not None:
            for row in layer.weight.grad.tolist():
                for value in row:
                    total += value if value > 0 else -value
                    count += 1
        result.append((name, total / count if count else 0.0))
    return result
