# derivative overwrites x
class MyLeakyReLU:
    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def __call__(self, x):
        return torch.where(x > 0, x, self.negative_slope * x)

    def derivative(self, x):
        negative = x < 0
        x[~negative] = 1
        x[negative] = self.negative_slope
        return x
