# an epsilon in the denominator
class MyTanh:
    def __call__(self, x):
        z = torch.exp(-2 * x.abs())
        return torch.where(x >= 0, 1 - z, z - 1) / (1 + z + 1e-8)

    def derivative(self, x):
        return 1 - self(x) ** 2
