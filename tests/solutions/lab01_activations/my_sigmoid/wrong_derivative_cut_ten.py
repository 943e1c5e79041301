# 0 beyond 9.3
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-x.abs())
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    def derivative(self, x):
        y = self(x)
        return torch.where(x.abs() > 9.3, torch.zeros_like(x), y * (1 - y))
