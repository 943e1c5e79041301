# rand - p 向上取整得到掩码
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    return X * torch.ceil(torch.rand_like(X) - dropout) / (1 - dropout)
