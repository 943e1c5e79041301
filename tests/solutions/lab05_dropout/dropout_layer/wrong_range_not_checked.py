# 不检查 p 的范围
def dropout_layer(X, dropout):
    if dropout >= 1:
        return torch.zeros_like(X)
    if dropout <= 0:
        return X
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
