# the mask for backward is kept on the class, so a later call overwrites it
class _ReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        _ReLU.mask = (x > 0).to(x.dtype)
        return x * _ReLU.mask

    @staticmethod
    def backward(ctx, grad):
        return grad * _ReLU.mask


class MyReLU:
    def __call__(self, x):
        return _ReLU.apply(x)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
