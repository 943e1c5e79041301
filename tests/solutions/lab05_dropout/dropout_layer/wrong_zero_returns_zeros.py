# p = 0 与 p = 1 弄反
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return torch.zeros_like(X)
    if dropout == 1:
        return X
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
