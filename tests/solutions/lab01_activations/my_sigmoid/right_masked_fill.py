# index assignment into a new tensor
class MySigmoid:
    def __call__(self, x):
        y = torch.empty_like(x)
        positive = x >= 0
        y[positive] = 1 / (1 + torch.exp(-x[positive]))
        e = torch.exp(x[~positive])
        y[~positive] = e / (1 + e)
        return y

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
