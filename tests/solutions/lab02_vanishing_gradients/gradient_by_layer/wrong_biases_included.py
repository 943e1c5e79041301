# weights and biases mixed
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    order = ["input_layer", *[f"layers.{i}" for i in range(len(model.layers))], "output_layer"]
    result = []
    for name in order:
        for kind in ("weight", "bias"):
            p = getattr(model.get_submodule(name), kind)
            result.append((f"{name}.{kind}" if kind == "bias" else name, 0.0 if p.grad is None else p.grad.abs().mean().item()))
    return result
