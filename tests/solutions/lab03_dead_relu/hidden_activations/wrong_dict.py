# 返回以层名为键的字典
@torch.no_grad()
def hidden_activations(model, x):
    x = model.activation(model.input_layer(x))
    result = {"input_layer": x}
    for i, layer in enumerate(model.layers):
        x = model.activation(layer(x))
        result[f"layers.{i}"] = x
    return result
