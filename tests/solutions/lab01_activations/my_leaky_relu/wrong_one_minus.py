# 1 − s on the left
class MyLeakyReLU:
    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def __call__(self, x):
        return torch.where(x > 0, x, (1 - self.negative_slope) * x)

    def derivative(self, x):
        return torch.where(x > 0, torch.ones_like(x), torch.full_like(x, self.negative_slope))
