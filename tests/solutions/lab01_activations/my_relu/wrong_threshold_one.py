# threshold at 1 instead of 0
class MyReLU:
    def __call__(self, x):
        return torch.where(x > 1, x, torch.zeros_like(x))

    def derivative(self, x):
        return (x > 0).to(x.dtype)
