# 1 − exp(−x) in the denominator
class MySigmoid:
    def __call__(self, x):
        return 1 / (1 - torch.exp(-x) + 1e-12)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
