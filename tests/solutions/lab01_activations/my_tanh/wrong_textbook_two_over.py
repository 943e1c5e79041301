# 1 - 2 / (e^{2x} + 1): right values, NaN gradient
class MyTanh:
    def __call__(self, x):
        return 1 - 2 / (torch.exp(2 * x) + 1)

    def derivative(self, x):
        return 1 - self(x) ** 2
