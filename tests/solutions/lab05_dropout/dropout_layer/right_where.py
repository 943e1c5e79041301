# torch.where 选 X 或 0
def dropout_layer(X, dropout):
    if not (0 <= dropout <= 1):
        raise AssertionError('p 应在 0 到 1 之间')
    if dropout == 1:
        return torch.zeros_like(X)
    return torch.where(torch.rand_like(X) >= dropout, X / (1 - dropout), torch.zeros_like(X))
