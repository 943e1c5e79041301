# numerator turned round
class MyTanh:
    def __call__(self, x):
        z = torch.exp(-2 * torch.where(x >= 0, x, -x))
        return torch.where(x >= 0, z - 1, 1 - z) / (1 + z)

    def derivative(self, x):
        return 1 - self(x) ** 2
