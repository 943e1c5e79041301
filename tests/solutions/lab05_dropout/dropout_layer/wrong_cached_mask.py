# 掩码按形状存起来重复使用
_masks = {}


def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    key = (tuple(X.shape), dropout)
    if key not in _masks:
        _masks[key] = torch.rand_like(X).detach() >= dropout
    return _masks[key] * X / (1 - dropout)
