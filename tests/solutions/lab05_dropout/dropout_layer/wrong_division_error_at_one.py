# p = 1 时 1/0 出错
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    scale = 1 / (1 - dropout)
    return (torch.rand_like(X) >= dropout) * X * scale
