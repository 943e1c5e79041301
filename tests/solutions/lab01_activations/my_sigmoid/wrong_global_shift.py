# one shift for the whole tensor
class MySigmoid:
    def __call__(self, x):
        m = x.max()
        return torch.exp(x - m) / (torch.exp(-m) + torch.exp(x - m))

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
