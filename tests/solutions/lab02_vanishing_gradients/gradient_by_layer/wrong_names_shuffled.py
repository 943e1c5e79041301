# forward names on values in registration order
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    values = [0.0 if m.weight.grad is None else m.weight.grad.abs().mean().item() for m in model.modules() if isinstance(m, nn.Linear)]
    return [(n, v) for (n, _), v in zip(named, values)]
