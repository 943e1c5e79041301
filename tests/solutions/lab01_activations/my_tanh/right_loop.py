# one element at a time with math.tanh's parts, gradient by a Function
def _one(v):
    e = math.exp(-2 * abs(v))
    return math.copysign((1 - e) / (1 + e), v)


class _Tanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.tensor([_one(v) for v in x.flatten().tolist()], dtype=x.dtype).reshape(x.shape)
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
        return (1 - y) * (1 + y)
