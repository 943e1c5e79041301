# 抛出别的异常
def dropout_layer(X, dropout):
    if not 0 <= dropout <= 1:
        raise RuntimeError('p')
    if dropout == 1:
        return torch.zeros_like(X)
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
