# the mean of both slopes at 0 (not graded)
class MyLeakyReLU:
    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def __call__(self, x):
        return torch.where(x > 0, x, self.negative_slope * x)

    def derivative(self, x):
        s = self.negative_slope
        return (1 + s) / 2 + (1 - s) / 2 * torch.sign(x)
