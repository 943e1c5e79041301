# 函数里固定随机种子
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    torch.manual_seed(42)
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
