# float64 inside, one-sided exponents
class MySigmoid:
    def __call__(self, x):
        d = x.double()
        y = torch.where(d < 0, torch.exp(d.clamp(max=0)), torch.ones_like(d)) / (1 + torch.exp(-d.abs()))
        return y.to(x.dtype)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
