# a custom autograd.Function, float64 inside
class _Sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        z = torch.exp(-x.double().abs())
        y = torch.where(x >= 0, 1 / (1 + z), z / (1 + z))
        ctx.save_for_backward(y)
        return y.to(x.dtype)

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return grad * (y * (1 - y)).to(grad.dtype)


class MySigmoid:
    def __call__(self, x):
        return _Sigmoid.apply(x)

    def derivative(self, x):
        with torch.no_grad():
            y = self(x.double())
            return (y * (1 - y)).to(x.dtype)
