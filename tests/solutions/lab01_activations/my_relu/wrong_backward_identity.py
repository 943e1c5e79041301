# a Function whose backward forgets the mask
class _ReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, grad):
        return grad


class MyReLU:
    def __call__(self, x):
        return _ReLU.apply(x)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
