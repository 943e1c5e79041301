# p = 0 时没有 return
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 1:
        return torch.zeros_like(X)
    if dropout > 0:
        return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
