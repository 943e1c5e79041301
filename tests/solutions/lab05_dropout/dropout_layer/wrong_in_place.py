# 原地修改 X
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    with torch.no_grad():
        X *= torch.rand_like(X) >= dropout
    if dropout == 1:
        return torch.zeros_like(X)
    return X / (1 - dropout)
