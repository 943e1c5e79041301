# derivative 0 for everything close to 0
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        return (x > 1e-6).to(x.dtype)
