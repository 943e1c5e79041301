# clamped on one side, the wrong one
class MySigmoid:
    def __call__(self, x):
        return 1 / (1 + torch.exp(-x.clamp(max=50)))

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
