# fills None with zeros in model
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    rows = []
    for n, l in named:
        if l.weight.grad is None:
            l.weight.grad = torch.zeros_like(l.weight)
        rows.append((n, l.weight.grad.abs().mean().item()))
    return rows
