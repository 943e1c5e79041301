# bias gradients averaged in
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]

    result = []
    for n, l in named:
        grads = [p.grad.abs().flatten() for p in l.parameters() if p.grad is not None]
        result.append((n, torch.cat(grads).mean().item() if grads else 0.0))
    return result
