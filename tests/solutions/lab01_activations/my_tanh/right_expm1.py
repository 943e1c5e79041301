# expm1, no loss of digits near 0
class MyTanh:
    def __call__(self, x):
        e = torch.expm1(-2 * x.abs())
        return torch.copysign(-e / (2 + e), x)

    def derivative(self, x):
        return 1 - self(x) ** 2
