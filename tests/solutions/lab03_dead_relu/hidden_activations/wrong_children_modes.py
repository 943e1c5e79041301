# 只记住第一级子模块的模式，整个模型的模式和更里面的没有恢复
def hidden_activations(model, x):
    modes = [child.training for child in model.children()]
    model.eval()
    result = []
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            x = model.activation(layer(x))
            result.append(x)
    for child, mode in zip(model.children(), modes):
        child.train(mode)
    return result
