# derivative 1 at 0
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        return (x >= 0).to(x.dtype)
