# float32 inside, float64 outside
class MyTanh:
    def __call__(self, x):
        x, dtype = x.float(), x.dtype
        z = torch.exp(-2 * torch.where(x >= 0, x, -x))
        y = torch.where(x >= 0, 1 - z, z - 1) / (1 + z)
        return y.to(dtype)

    def derivative(self, x):
        return 1 - self(x) ** 2
