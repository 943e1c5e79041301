# min instead of max
class MyReLU:
    def __call__(self, x):
        return torch.minimum(x, torch.zeros_like(x))

    def derivative(self, x):
        return (x > 0).to(x.dtype)
