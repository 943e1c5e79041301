# 用正态随机数与 p 比较
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    return (torch.randn_like(X) >= dropout) * X / (1 - dropout)
