# 把激活函数换成会记录的版本，没有换回来
def hidden_activations(model, x):
    original, result = model.activation, []

    def record(z):
        a = original(z)
        result.append(a)
        return a

    model.activation = record
    with torch.no_grad():
        model(x)
    return list(result)
