# derivative 0 beyond 10 000
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        return ((x > 0) & (x < 1e4)).to(x.dtype)
