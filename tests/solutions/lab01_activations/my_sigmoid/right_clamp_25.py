# limits ±25: the tail beyond is below the tolerance
class MySigmoid:
    def __call__(self, x):
        return 1 / (1 + torch.exp(-x.clamp(-25, 25)))

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
