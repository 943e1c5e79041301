# 丢掉绝对值最小的 p·n 个
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    k = int(dropout * X.numel())
    if k == 0:
        return X / (1 - dropout)
    bound = X.abs().flatten().kthvalue(k).values
    return (X.abs() > bound) * X / (1 - dropout)
