# TensorFlow 的写法：floor(rand + keep)
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    keep = 1 - dropout
    return X / keep * torch.floor(torch.rand_like(X) + keep)
