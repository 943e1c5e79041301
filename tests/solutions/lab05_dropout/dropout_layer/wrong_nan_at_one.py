# p = 1 时 0/0
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    return (torch.rand_like(X) >= dropout) * X / (1 - torch.tensor(dropout, dtype=X.dtype))
