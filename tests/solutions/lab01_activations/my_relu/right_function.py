# a custom autograd.Function, numpy for the derivative
class _ReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (x > 0)


class MyReLU:
    def __call__(self, x):
        return _ReLU.apply(x)

    def derivative(self, x):
        a = x.detach().numpy()
        return torch.from_numpy(np.array(np.where(a > 0, 1, 0), dtype=a.dtype))
