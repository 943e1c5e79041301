# the negative branch lost its sign change
class MyTanh:
    def __call__(self, x):
        z = torch.exp(-2 * x.abs())
        return torch.where(x >= 0, (1 - z) / (1 + z), (1 - z) / (1 + z))

    def derivative(self, x):
        return 1 - self(x) ** 2
