# names out of state_dict, sorted by a numeric key
def gradient_by_layer(model: nn.Module) -> list[tuple[str, float]]:
    weights = [k.rsplit(".", 1)[0] for k in model.state_dict() if k.endswith("weight")]
    place = {"input_layer": -1, "output_layer": len(weights)}
    weights.sort(key=lambda k: place.get(k, int(k.split(".")[1]) if "." in k else 0))
    parameters = dict(model.named_parameters())
    out = []
    for k in weights:
        g = parameters[k + ".weight"].grad
        out.append((k, 0.0 if g is None else g.abs().mean().item()))
    return out
