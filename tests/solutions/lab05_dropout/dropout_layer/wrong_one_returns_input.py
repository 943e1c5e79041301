# p = 1 时返回 X
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0 or dropout == 1:
        return X
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
