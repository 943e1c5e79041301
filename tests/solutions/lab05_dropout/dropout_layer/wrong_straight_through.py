# 梯度当作没有 Dropout
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    y = (torch.rand_like(X) >= dropout) * X / (1 - dropout)
    return X + (y - X).detach()
