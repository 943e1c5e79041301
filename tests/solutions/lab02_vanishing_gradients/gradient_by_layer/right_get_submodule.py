# names first, get_submodule, a loop with if/else
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    names = ["input_layer"]
    for i in range(len(model.layers)):
        names.append("layers." + str(i))
    names.append("output_layer")
    result = []
    for name in names:
        grad = model.get_submodule(name).weight.grad
        if grad is None:
            result.append((name, 0.0))
        else:
            result.append((name, float(torch.mean(torch.abs(grad)))))
    return result
