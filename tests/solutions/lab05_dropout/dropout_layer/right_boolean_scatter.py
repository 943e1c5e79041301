# 全 0 张量上按布尔掩码填入保留的元素
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    keep = torch.rand(X.shape, device=X.device) > dropout
    out = torch.zeros_like(X)
    out[keep] = X[keep] / (1 - dropout)
    return out
