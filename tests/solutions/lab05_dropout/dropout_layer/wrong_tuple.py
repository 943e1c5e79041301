# 连掩码一起返回
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 1:
        return torch.zeros_like(X), torch.zeros_like(X)
    mask = torch.rand_like(X) >= dropout
    return mask * X / (1 - dropout), mask
