# exp(-4|x|) instead of exp(-2|x|)
class MyTanh:
    def __call__(self, x):
        z = torch.exp(-4 * x.abs())
        return torch.where(x >= 0, 1 - z, z - 1) / (1 + z)

    def derivative(self, x):
        return 1 - self(x) ** 2
