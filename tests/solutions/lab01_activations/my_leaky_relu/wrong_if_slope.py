# 0 taken for no slope
class MyLeakyReLU:
    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def __call__(self, x):
        s = self.negative_slope if self.negative_slope else 0.01
        return torch.where(x > 0, x, s * x)

    def derivative(self, x):
        return torch.where(x > 0, torch.ones_like(x), torch.full_like(x, self.negative_slope))
