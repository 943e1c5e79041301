# derivative of what the last call saw
class MyTanh:
    def __call__(self, x):
        z = torch.exp(-2 * torch.where(x >= 0, x, -x))
        self.y = torch.where(x >= 0, 1 - z, z - 1) / (1 + z)
        return self.y

    def derivative(self, x):
        return 1 - self.y**2
