# 把端点 0 和 1 也拒绝了
def dropout_layer(X, dropout):
    assert 0 < dropout < 1
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
