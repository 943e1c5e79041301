# derivative 1 / (2 + 2 cosh x)
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-x.abs())
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    def derivative(self, x):
        return 1 / (2 + 2 * torch.cosh(x))
