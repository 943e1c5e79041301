# what backward needs is kept on the class, so a later call overwrites it
class _Sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        z = torch.exp(-x.abs())
        _Sigmoid.y = torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)
        return _Sigmoid.y.clone()

    @staticmethod
    def backward(ctx, grad):
        return grad * _Sigmoid.y * (1 - _Sigmoid.y)


class MySigmoid:
    def __call__(self, x):
        return _Sigmoid.apply(x)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
