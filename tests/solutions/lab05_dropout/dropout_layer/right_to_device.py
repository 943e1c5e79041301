# 掩码先建在默认设备上，再搬到 X 的设备
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    mask = (torch.rand(X.shape) > dropout).to(X.device)
    return X * mask / (1 - dropout)
