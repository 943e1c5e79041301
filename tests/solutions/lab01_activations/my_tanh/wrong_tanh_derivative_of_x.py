# 1 - x²
class MyTanh:
    def __call__(self, x):
        z = torch.exp(-2 * torch.where(x >= 0, x, -x))
        return torch.where(x >= 0, 1 - z, z - 1) / (1 + z)

    def derivative(self, x):
        return 1 - x**2
