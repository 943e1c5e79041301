# 梯度没有除以 1 - p
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    mask = torch.rand_like(X) >= dropout
    y = mask * X
    return y + (y / (1 - dropout) - y).detach()
