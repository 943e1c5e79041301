# 每个样本只抽一个 0/1
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    shape = (X.shape[0],) + (1,) * (X.ndim - 1)
    mask = torch.rand(shape, dtype=X.dtype, device=X.device) >= dropout
    return mask * X / (1 - dropout)
