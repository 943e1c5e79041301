# 进入推断模式以后没有退出
def hidden_activations(model, x):
    torch.inference_mode().__enter__()
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x))
        result.append(x)
    return result
