# one element at a time, in float64 with math.exp, gradient by a Function
def _one(v):
    if v >= 0:
        return 1 / (1 + math.exp(-v))
    return math.exp(v) / (1 + math.exp(v))


class _Sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.tensor([_one(v) for v in x.flatten().tolist()], dtype=x.dtype).reshape(x.shape)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return grad * y * (1 - y)


class MySigmoid:
    def __call__(self, x):
        return _Sigmoid.apply(x)

    def derivative(self, x):
        return self(x) * self(-x)
