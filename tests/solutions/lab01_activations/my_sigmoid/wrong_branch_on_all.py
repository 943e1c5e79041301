# one branch for the whole tensor
class MySigmoid:
    def __call__(self, x):
        if x.sum() >= 0:
            return 1 / (1 + torch.exp(-x))
        e = torch.exp(x)
        return e / (1 + e)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
