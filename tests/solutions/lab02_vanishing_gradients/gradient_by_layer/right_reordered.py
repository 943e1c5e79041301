# named_parameters, then the input layer moved to the front
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    rows = []
    for name, p in model.named_parameters():
        if name.endswith(".weight"):
            rows.append((name[: -len(".weight")], p.grad.abs().mean().item() if p.grad is not None else 0.0))
    first = [row for row in rows if row[0] == "input_layer"]
    last = [row for row in rows if row[0] == "output_layer"]
    middle = [row for row in rows if row[0].startswith("layers.")]
    return first + middle + last
