# divided by the largest entry
class MyReLU:
    def __call__(self, x):
        y = torch.maximum(x, torch.zeros_like(x))
        return y / y.max()

    def derivative(self, x):
        return (x > 0).to(x.dtype)
