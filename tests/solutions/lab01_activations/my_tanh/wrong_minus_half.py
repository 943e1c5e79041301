# σ(2x) − ½
class MyTanh:
    def __call__(self, x):
        return torch.exp(-F.softplus(-2 * x)) - 0.5

    def derivative(self, x):
        return 1 - self(x) ** 2
