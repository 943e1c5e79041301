# pairs as lists, map and zip
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    modules = [model.input_layer] + list(model.layers) + [model.output_layer]
    names = ["input_layer"] + [f"layers.{i}" for i in range(len(modules) - 2)] + ["output_layer"]
    values = map(lambda m: float(m.weight.grad.abs().mean()) if m.weight.grad is not None else 0.0, modules)
    return [list(pair) for pair in zip(names, values)]
