# torch.distributions.Bernoulli
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    p_keep = torch.ones_like(X) * (1 - dropout)
    mask = torch.distributions.Bernoulli(p_keep).sample()
    return X * mask / (1 - dropout)
