# float64 输入混进 float32 的缩放
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    scale = (torch.rand(X.shape, device=X.device) >= dropout).float() / (1 - dropout)
    return X * scale
