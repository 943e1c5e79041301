# 只会处理 2 维输入
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    rows, columns = X.shape
    mask = torch.rand(rows, columns, dtype=X.dtype) >= dropout
    return mask * X / (1 - dropout)
