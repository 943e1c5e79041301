# 反向时用最后一次调用的掩码
_last = {}


class _Dropout(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p):
        _last["scale"] = (torch.rand_like(x) >= p).to(x.dtype) / (1 - p)
        return x * _last["scale"]

    @staticmethod
    def backward(ctx, grad):
        return grad * _last["scale"], None


def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    return _Dropout.apply(X, dropout)
