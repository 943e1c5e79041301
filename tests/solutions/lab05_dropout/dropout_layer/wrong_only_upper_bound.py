# 只检查 p > 1
def dropout_layer(X, dropout):
    assert dropout <= 1
    if dropout == 1:
        return torch.zeros_like(X)
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
