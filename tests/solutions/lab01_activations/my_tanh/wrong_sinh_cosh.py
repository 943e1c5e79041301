# sinh / cosh overflow too
class MyTanh:
    def __call__(self, x):
        return torch.sinh(x) / torch.cosh(x)

    def derivative(self, x):
        return 1 - self(x) ** 2
