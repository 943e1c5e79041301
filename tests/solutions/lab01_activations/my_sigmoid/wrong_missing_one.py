# 1 missing in the denominator
class MySigmoid:
    def __call__(self, x):
        return 1 / torch.exp(-x)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
