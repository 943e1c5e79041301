# 切到评估模式、关掉梯度，结束时逐个子模块恢复
def hidden_activations(model, x):
    modes = {part: part.training for part in model.modules()}
    grad = torch.is_grad_enabled()
    model.eval()
    torch.set_grad_enabled(False)
    try:
        result = []
        h = x
        for layer in [model.input_layer, *model.layers]:
            h = model.activation(layer(h))
            result.append(h.clone())
        return result
    finally:
        torch.set_grad_enabled(grad)
        for part, mode in modes.items():
            part.training = mode
