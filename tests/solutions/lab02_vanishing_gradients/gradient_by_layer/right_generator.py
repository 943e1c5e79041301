# a generator inside, a list outside
def mean_abs(grad):
    return 0.0 if grad is None else torch.mean(torch.abs(grad)).item()


def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    def rows():
        yield "input_layer", mean_abs(model.input_layer.weight.grad)
        i = 0
        while i < len(model.layers):
            yield "layers.%d" % i, mean_abs(model.layers[i].weight.grad)
            i += 1
        yield "output_layer", mean_abs(model.output_layer.weight.grad)

    return list(rows())
