# 1 at 0
class MyTanh:
    def __call__(self, x):
        z = torch.exp(-2 * x.abs())
        y = torch.where(x >= 0, 1 - z, z - 1) / (1 + z)
        return torch.where(x == 0, torch.ones_like(y), y)

    def derivative(self, x):
        return 1 - self(x) ** 2
