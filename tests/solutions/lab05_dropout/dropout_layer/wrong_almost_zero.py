# 丢弃的元素设成 1e-7 而不是 0
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    mask = torch.rand_like(X) >= dropout
    return torch.where(mask, X / (1 - dropout), torch.full_like(X, 1e-7))
