# torch.bernoulli 抽掩码，先放大再相乘
def dropout_layer(X, dropout):
    if dropout < 0 or dropout > 1:
        raise ValueError('p')
    if dropout == 1:
        return X * 0
    keep = 1 - dropout
    return (X / keep) * torch.bernoulli(torch.full_like(X, keep, requires_grad=False))
