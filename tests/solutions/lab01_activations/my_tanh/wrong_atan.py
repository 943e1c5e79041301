# another S curve
class MyTanh:
    def __call__(self, x):
        return 2 / math.pi * torch.atan(math.pi / 2 * x)

    def derivative(self, x):
        return 1 - self(x) ** 2
