# twice the derivative
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-x.abs())
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    def derivative(self, x):
        y = self(x)
        return 2 * y * (1 - y)
