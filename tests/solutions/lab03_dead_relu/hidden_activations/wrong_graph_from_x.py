# 靠冻结参数来避免计算图（恢复得对），但 x 自己 requires_grad 时仍留下计算图
def hidden_activations(model, x):
    flags = [p.requires_grad for p in model.parameters()]
    for p in model.parameters():
        p.requires_grad_(False)
    result = []
    for layer in [model.input_layer, *model.layers]:
        x = model.activation(layer(x))
        result.append(x)
    for p, flag in zip(model.parameters(), flags):
        p.requires_grad_(flag)
    return result
