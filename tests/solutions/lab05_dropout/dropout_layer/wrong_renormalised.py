# 按这一次实际保留的比例缩放
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    mask = torch.rand_like(X) >= dropout
    return mask * X * (mask.numel() / mask.sum().clamp(min=1))
