# 2σ(2x) without −1
class MyTanh:
    def __call__(self, x):
        return 2 * torch.exp(-F.softplus(-2 * x))

    def derivative(self, x):
        return 1 - self(x) ** 2
