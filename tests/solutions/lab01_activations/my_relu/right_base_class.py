# inherits from a helper class that remembers the last input but does not rely on it
class _Elementwise:
    def __init__(self):
        self.last = None

    def __call__(self, x):
        self.last = x.detach()
        return self.value(x)


class MyReLU(_Elementwise):
    @staticmethod
    def value(x):
        return torch.where(torch.signbit(x), torch.zeros((), dtype=x.dtype), x)

    def derivative(self, x):
        return (self.value(x) != 0).double().to(x.dtype)
