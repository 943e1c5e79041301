# 后一半样本用前一半的掩码
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    if X.ndim < 2 or len(X) < 2:
        return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
    half = torch.rand_like(X[: (len(X) + 1) // 2]) >= dropout
    mask = torch.cat([half, half])[: len(X)]
    return mask * X / (1 - dropout)
