# autograd.Function：自己写反向
class _Dropout(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p):
        scale = (torch.rand_like(x) >= p).to(x.dtype) / (1 - p)
        ctx.save_for_backward(scale)
        return x * scale

    @staticmethod
    def backward(ctx, grad):
        (scale,) = ctx.saved_tensors
        return grad * scale, None


def dropout_layer(X, dropout):
    if dropout < 0 or dropout > 1:
        raise ValueError("p")
    if dropout == 1:
        return X * 0.0
    return _Dropout.apply(X, dropout)
