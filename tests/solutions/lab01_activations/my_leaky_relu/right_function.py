# a custom autograd.Function
class _Leaky(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, slope):
        factor = (x > 0).to(x.dtype) + slope * (x <= 0).to(x.dtype)
        ctx.save_for_backward(factor)
        return x * factor

    @staticmethod
    def backward(ctx, grad):
        (factor,) = ctx.saved_tensors
        return grad * factor, None


class MyLeakyReLU:
    def __init__(self, negative_slope=0.01):
        self.slope = float(negative_slope)

    def __call__(self, x):
        return _Leaky.apply(x, self.slope)

    def derivative(self, x):
        positive = (x > 0).to(x.dtype)
        return positive + self.slope * (1 - positive)
