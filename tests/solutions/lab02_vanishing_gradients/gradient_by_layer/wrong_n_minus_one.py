# divided by n − 1
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    result = []
    for name, layer in named:
        g = layer.weight.grad
        result.append((name, 0.0 if g is None else g.abs().sum().item() / (g.numel() - 1) if g.numel() > 1000 else g.abs().sum().item() / max(g.numel() - 1, 1)))
    return result
