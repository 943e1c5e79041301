# 相邻两个元素共用一个掩码
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    n = X.numel()
    mask = (torch.rand((n + 1) // 2, device=X.device) >= dropout).repeat_interleave(2)[:n].reshape(X.shape)
    return mask * X / (1 - dropout)
