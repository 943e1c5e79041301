# 2.718 instead of e
class MySigmoid:
    def __call__(self, x):
        z = 2.718 ** (-x.abs())
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
