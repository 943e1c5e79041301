# a dictionary in forward order, listed at the end
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    values = dict.fromkeys((name for name, _ in named), 0.0)
    for name, layer in named:
        if layer.weight.grad is not None:
            values[name] = layer.weight.grad.abs().mean().item()
    return list(values.items())
