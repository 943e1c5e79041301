# max for slopes up to 1, min above
class MyLeakyReLU:
    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def __call__(self, x):
        s = self.negative_slope
        return torch.maximum(x, s * x) if s <= 1 else torch.minimum(x, s * x)

    def derivative(self, x):
        s = self.negative_slope
        return (x > 0) + s * (x <= 0).to(x.dtype)
