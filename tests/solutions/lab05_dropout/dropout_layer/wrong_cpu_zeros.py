# p = 1 时的 0 总在 CPU 上
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 1:
        return torch.zeros(X.shape, dtype=X.dtype)
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
