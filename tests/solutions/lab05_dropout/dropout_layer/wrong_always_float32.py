# 输出总是 float32
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    mask = (torch.rand_like(X) >= dropout).float()
    return mask * X.float() / (1 - dropout)
