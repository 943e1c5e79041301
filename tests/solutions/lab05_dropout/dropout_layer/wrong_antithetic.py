# 后一半样本用前一半掩码的反面
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    if X.ndim < 2 or len(X) < 2:
        return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
    u = torch.rand_like(X[: (len(X) + 1) // 2])
    u = torch.cat([u, 1 - u])[: len(X)]
    return (u >= dropout) * X / (1 - dropout)
