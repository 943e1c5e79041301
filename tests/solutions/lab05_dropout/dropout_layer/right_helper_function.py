# 另写一个抽掩码的函数，内部用 float64
def _mask_like(X, keep):
    return torch.rand(X.shape, dtype=torch.float64, device=X.device) < keep


def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    out = X.double() * _mask_like(X, 1 - dropout) / (1 - dropout)
    return out.to(X.dtype)
