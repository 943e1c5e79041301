# squeezes away axes of length 1
class MySigmoid:
    def __call__(self, x):
        x = x.squeeze()
        z = torch.exp(-x.abs())
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
