# 只记住整个模型的模式，恢复时抹掉了子模块各自的模式
def hidden_activations(model, x):
    training = model.training
    model.eval()
    result = []
    with torch.no_grad():
        for layer in [model.input_layer, *model.layers]:
            x = model.activation(layer(x))
            result.append(x)
    model.train(training)
    return result
