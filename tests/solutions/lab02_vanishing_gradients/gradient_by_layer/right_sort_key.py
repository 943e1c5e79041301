# named_modules sorted by a forward-order key
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    def key(item):
        name = item[0]
        if name == "input_layer":
            return -1
        return 10**6 if name == "output_layer" else int(name.split(".")[1])

    linear = sorted(((n, m) for n, m in model.named_modules() if isinstance(m, nn.Linear)), key=key)
    return [(n, (m.weight.grad * m.weight.grad.sign()).mean().item() if m.weight.grad is not None else 0.0) for n, m in linear]
