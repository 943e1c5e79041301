# 1 - y²
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-torch.where(x >= 0, x, -x))
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    def derivative(self, x):
        return 1 - self(x) ** 2
