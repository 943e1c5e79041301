# 每一行恰好丢 p·n 个
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    if X.ndim == 0:
        return X
    k = int(dropout * X.shape[-1])
    order = torch.rand_like(X).argsort(dim=-1).argsort(dim=-1)
    return (order >= k) * X / (1 - dropout)
