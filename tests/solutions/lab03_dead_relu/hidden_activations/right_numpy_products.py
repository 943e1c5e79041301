# NumPy 里做矩阵乘法，激活仍用模型的函数
def hidden_activations(model, x):
    h = x.detach().cpu().numpy()
    result = []
    for layer in (model.input_layer, *model.layers):
        z = h @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()
        a = model.activation(torch.from_numpy(z))
        result.append(a)
        h = a.numpy()
    return result
