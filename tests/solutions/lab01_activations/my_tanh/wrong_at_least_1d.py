# 0-d input becomes 1-d
class MyTanh:
    def __call__(self, x):
        x = torch.atleast_1d(x)
        return 2 / (1 + torch.exp((-2 * x).clamp(-60, 60))) - 1

    def derivative(self, x):
        return 1 - self(x) ** 2
