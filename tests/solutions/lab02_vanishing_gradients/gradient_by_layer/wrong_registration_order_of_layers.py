# registration order is not forward order
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    result = []
    for name, p in model.named_parameters():
        if name.endswith("weight"):
            result.append((name.removesuffix(".weight"), 0.0 if p.grad is None else p.grad.abs().mean().item()))
    return result
