# the 1-norm divided by the number of elements
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    result = []
    for name, layer in named:
        g = layer.weight.grad
        result.append((name, 0.0 if g is None else (torch.linalg.vector_norm(g, ord=1) / g.numel()).item()))
    return result
