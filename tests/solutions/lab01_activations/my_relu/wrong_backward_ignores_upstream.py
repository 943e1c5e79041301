# custom backward without the upstream gradient
class _ReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return (x > 0).to(grad.dtype)


class MyReLU:
    def __call__(self, x):
        return _ReLU.apply(x)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
