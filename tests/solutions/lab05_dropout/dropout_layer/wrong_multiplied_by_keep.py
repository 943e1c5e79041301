# 乘了 1 - p（测试时的缩放用在训练里）
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    return (torch.rand_like(X) >= dropout) * X * (1 - dropout)
