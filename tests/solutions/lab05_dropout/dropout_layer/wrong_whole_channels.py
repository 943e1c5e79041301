# 4 维输入整个通道一起丢（dropout2d）
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    if X.ndim == 4:
        return F.dropout2d(X, dropout)
    return F.dropout(X, dropout)
