# a Function whose backward forgets the square
class _Tanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        e = torch.exp(-2 * x.abs())
        y = torch.where(x >= 0, 1 - e, e - 1) / (1 + e)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return grad * (1 - y)


class MyTanh:
    def __call__(self, x):
        return _Tanh.apply(x)

    def derivative(self, x):
        return 1 - self(x) ** 2
