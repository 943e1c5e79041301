# a small slope on the left
class MyReLU:
    def __call__(self, x):
        return torch.where(x > 0, x, 0.01 * x)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
