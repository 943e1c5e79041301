# 从输出是否非零来定梯度：值为 0 的元素没有梯度
class _Dropout(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p):
        y = (torch.rand_like(x) >= p) * x / (1 - p)
        ctx.save_for_backward(y)
        ctx.p = p
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return grad * (y != 0) / (1 - ctx.p), None


def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    return _Dropout.apply(X, dropout)
