# 把 p 四舍五入到一位小数
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    return (torch.rand_like(X) >= round(dropout, 1)) * X / (1 - dropout)
