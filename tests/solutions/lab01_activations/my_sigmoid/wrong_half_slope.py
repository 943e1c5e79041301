# exp(−x/2)
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-x.abs() / 2)
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
