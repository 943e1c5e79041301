# class
class Reader:
    def __init__(self, name, layer):
        self.name, self.grad = name, layer.weight.grad

    def row(self):
        return self.name, (self.grad.abs().mean().item() if self.grad is not None else 0.0)


def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    named = [("input_layer", model.input_layer), *((f"layers.{i}", l) for i, l in enumerate(model.layers)), ("output_layer", model.output_layer)]
    return [r.row() for r in map(lambda t: Reader(*t), named)]
