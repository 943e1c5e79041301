# a Function whose backward uses x instead of σ(x)
class _Sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        z = torch.exp(-x.abs())
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * x * (1 - x)


class MySigmoid:
    def __call__(self, x):
        return _Sigmoid.apply(x)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
