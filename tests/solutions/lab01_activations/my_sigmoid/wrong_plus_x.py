# 1 + exp(x) in the denominator
class MySigmoid:
    def __call__(self, x):
        e = torch.exp(-x.abs())
        return torch.where(x >= 0, e, torch.ones_like(e)) / (1 + e)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
