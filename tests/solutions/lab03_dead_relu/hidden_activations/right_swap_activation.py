# 临时把激活函数换成会记录的版本，跑一遍 forward，再换回来
def hidden_activations(model, x):
    original, result = model.activation, []

    def record(z):
        a = original(z)
        result.append(a)
        return a

    model.activation = record
    try:
        with torch.no_grad():
            model(x)
    finally:
        model.activation = original
    return result
