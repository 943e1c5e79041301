# exp of min(x, 0) over the sum of two safe exponentials
class MySigmoid:
    def __call__(self, x):
        zero = torch.zeros_like(x)
        top = torch.maximum(x, zero)
        return torch.exp(x - top) / (torch.exp(-top) + torch.exp(x - top))

    def derivative(self, x):
        z = torch.exp(-x.abs())
        return z / (1 + z) ** 2
