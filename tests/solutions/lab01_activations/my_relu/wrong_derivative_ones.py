# derivative 1 everywhere
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        return torch.ones_like(x)
