# NaN painted over
class MySigmoid:
    def __call__(self, x):
        return torch.nan_to_num(torch.exp(x) / (1 + torch.exp(x)), nan=1.0)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
