# np.random.binomial
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    mask = np.random.binomial(1, 1 - dropout, size=tuple(X.shape))
    return X * torch.tensor(mask, dtype=X.dtype, device=X.device) / (1 - dropout)
