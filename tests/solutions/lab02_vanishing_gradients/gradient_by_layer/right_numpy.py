# NumPy in float64
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    def mean_abs(layer):
        if layer.weight.grad is None:
            return 0.0
        return float(np.abs(layer.weight.grad.detach().cpu().numpy().astype(np.float64)).mean())

    result = [("input_layer", mean_abs(model.input_layer))]
    for i, layer in enumerate(model.layers):
        result.append((f"layers.{i}", mean_abs(layer)))
    return result + [("output_layer", mean_abs(model.output_layer))]
