# (x + |x|) / 2, heaviside step
class MyReLU:
    def __call__(self, x):
        return (x + x.abs()) / 2

    def derivative(self, x):
        return torch.heaviside(x.detach(), torch.zeros((), dtype=x.dtype))
