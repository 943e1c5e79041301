# 层数写死，最多走 5 个隐藏层
@torch.no_grad()
def hidden_activations(model, x):
    r = []
    for l in [model.input_layer, *model.layers[:5]]:
        x = model.activation(l(x))
        r.append(x)
    return r
