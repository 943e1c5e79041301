# sorted by name: layers.10 before layers.2
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]

    result = {n: 0.0 if l.weight.grad is None else l.weight.grad.abs().mean().item() for n, l in named}
    return [("input_layer", result.pop("input_layer")), *sorted((i for i in result.items() if i[0] != "output_layer")), ("output_layer", result["output_layer"])]
