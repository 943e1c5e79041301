# 掩码用 numpy 抽，再转成张量搬到 X 的设备上
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    keep = np.random.default_rng().random(tuple(X.shape)) >= dropout
    mask = torch.from_numpy(np.asarray(keep)).to(device=X.device, dtype=X.dtype)
    return X * mask * (1.0 / (1.0 - dropout))
