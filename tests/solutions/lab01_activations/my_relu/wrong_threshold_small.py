# cut at 0.001 instead of 0
class MyReLU:
    def __call__(self, x):
        return torch.where(x > 1e-3, x, torch.zeros_like(x))

    def derivative(self, x):
        return (x > 1e-3).to(x.dtype)
