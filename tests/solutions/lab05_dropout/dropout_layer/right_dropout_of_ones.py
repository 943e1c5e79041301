# F.dropout 作用在全 1 张量上，再乘 X
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    return X * F.dropout(torch.ones_like(X), dropout)
