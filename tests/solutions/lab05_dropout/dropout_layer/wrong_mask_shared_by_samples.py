# 只抽一行掩码，靠广播套到整个批次
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    mask = (torch.rand(X.shape[-1], dtype=X.dtype, device=X.device) >= dropout)
    return mask * X / (1 - dropout)
