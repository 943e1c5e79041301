# 乘高斯噪声
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    return X * (1 + torch.randn_like(X) * (dropout / (1 - dropout)) ** 0.5)
