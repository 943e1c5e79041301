# 输出被展平
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    x = X.reshape(-1)
    return (torch.rand_like(x) >= dropout) * x / (1 - dropout)
