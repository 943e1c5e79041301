# a custom autograd.Function
class _Tanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        z = torch.exp(-2 * x.abs())
        y = torch.sign(x) * (1 - z) / (1 + z)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return grad * (1 - y * y)


class MyTanh:
    def __call__(self, x):
        return _Tanh.apply(x)

    def derivative(self, x):
        y = self(x.detach())
        return 1 - y * y
