# 负的元素从来不丢
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    mask = (torch.rand_like(X) >= dropout) | (X < 0)
    return mask * X / (1 - dropout)
