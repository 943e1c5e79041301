# 保留率写成 0 维张量，缩放在掩码上
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    keep = torch.tensor(1 - dropout, dtype=X.dtype)
    scale = (torch.rand_like(X) >= dropout).to(X.dtype) / keep
    return X * scale
