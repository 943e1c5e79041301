# 复制一份，按布尔掩码赋 0
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    out = X.clone()
    out[torch.rand_like(X) < dropout] = 0
    return out / (1 - dropout)
