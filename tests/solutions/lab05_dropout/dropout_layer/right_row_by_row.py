# 逐行抽掩码再拼起来
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    if X.ndim == 0:
        return X * (torch.rand(()) >= dropout) / (1 - dropout)
    rows = [row * (torch.rand_like(row) >= dropout) / (1 - dropout) for row in X]
    return torch.stack(rows)
