# 0-d input becomes 1-d
class MyReLU:
    def __call__(self, x):
        x = torch.atleast_1d(x)
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        return (x > 0).to(x.dtype)
