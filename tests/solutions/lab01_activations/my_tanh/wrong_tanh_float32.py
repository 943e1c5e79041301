# result always float32
class MyTanh:
    def __call__(self, x):
        return (2 / (1 + torch.exp((-2 * x.double()).clamp(-60, 60))) - 1).float()

    def derivative(self, x):
        return 1 - self(x) ** 2
