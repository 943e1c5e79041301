# 用 numpy 算，梯度断了
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    a = X.detach().numpy()
    mask = np.random.rand(*a.shape) >= dropout
    return torch.from_numpy((mask * a / (1 - dropout)).astype(a.dtype))
