# 按 model.modules() 的顺序前向：layers 在前，input_layer 在后
def hidden_activations(model, x):
    result = []
    with torch.no_grad():
        for layer in [m for m in model.modules() if isinstance(m, nn.Linear)][:-1]:
            x = model.activation(layer(x))
            result.append(x)
    return result
