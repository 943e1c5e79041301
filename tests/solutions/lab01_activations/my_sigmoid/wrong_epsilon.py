# an epsilon in the denominator
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-x.abs())
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z + 1e-8)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
