# masked_fill 把丢弃的位置填 0
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    return X.masked_fill(torch.rand_like(X) < dropout, 0.0).div(1 - dropout)
