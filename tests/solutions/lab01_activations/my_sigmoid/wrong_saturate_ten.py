# hard 0 and 1 beyond 10
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-x.abs())
        y = torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)
        y = torch.where(x > 10, torch.ones_like(y), y)
        return torch.where(x < -10, torch.zeros_like(y), y)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
