# torch.where(x > 0, 1, 0)
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        return torch.where(x > 0, 1, 0)
