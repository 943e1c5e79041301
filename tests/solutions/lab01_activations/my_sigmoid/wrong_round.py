# rounded to 0 and 1
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-torch.where(x >= 0, x, -x))
        y = torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)
        return y.round()

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
