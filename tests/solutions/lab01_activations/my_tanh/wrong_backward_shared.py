# what backward needs is kept on the class, so a later call overwrites it
class _Tanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        e = torch.exp(-2 * x.abs())
        _Tanh.y = torch.where(x >= 0, 1 - e, e - 1) / (1 + e)
        return _Tanh.y.clone()

    @staticmethod
    def backward(ctx, grad):
        return grad * (1 - _Tanh.y**2)


class MyTanh:
    def __call__(self, x):
        return _Tanh.apply(x)

    def derivative(self, x):
        return 1 - self(x) ** 2
