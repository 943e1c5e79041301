# empty_like 上原地 bernoulli_
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    mask = torch.empty_like(X, requires_grad=False).bernoulli_(1 - dropout)
    return X * mask / (1 - dropout)
