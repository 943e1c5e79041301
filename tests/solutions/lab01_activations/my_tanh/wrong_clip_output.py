# output clipped to ±0.99999
class MyTanh:
    def __call__(self, x):
        z = torch.exp(-2 * torch.where(x >= 0, x, -x))
        y = torch.where(x >= 0, 1 - z, z - 1) / (1 + z)
        return y.clamp(-0.99999, 0.99999)

    def derivative(self, x):
        return 1 - self(x) ** 2
