# clamped to ±10
class MyTanh:
    def __call__(self, x):
        z = x.clamp(-10, 10)
        return (torch.exp(z) - torch.exp(-z)) / (torch.exp(z) + torch.exp(-z))

    def derivative(self, x):
        return 1 - self(x) ** 2
