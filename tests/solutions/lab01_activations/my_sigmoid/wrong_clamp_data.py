# clamps x through .data
class MySigmoid:
    def __call__(self, x):
        x.data.clamp_(-40, 40)
        return 1 / (1 + torch.exp(-x))

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
