# X.double() 对 float64 不复制，原地乘改了 X
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    y = X.detach().double()
    y *= torch.rand_like(y) >= dropout
    return X * (y != 0) / (1 - dropout)
