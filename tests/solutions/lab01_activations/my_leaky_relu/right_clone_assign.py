# negatives scaled in a copy
class MyLeakyReLU:
    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def __call__(self, x):
        y = x.clone()
        negative = x < 0
        y[negative] = y[negative] * self.negative_slope
        return y

    def derivative(self, x):
        d = torch.ones_like(x).detach()
        d[x.detach() < 0] = self.negative_slope
        return d
