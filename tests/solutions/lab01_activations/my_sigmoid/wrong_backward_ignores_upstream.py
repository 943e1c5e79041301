# custom backward without the upstream gradient
class _Sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        z = torch.exp(-x.abs())
        y = torch.where(x >= 0, 1 / (1 + z), z / (1 + z))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return y * (1 - y)


class MySigmoid:
    def __call__(self, x):
        return _Sigmoid.apply(x)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
