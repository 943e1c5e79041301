# (x + sqrt(x²)) / 2: gradient NaN at 0
class MyReLU:
    def __call__(self, x):
        return (x + torch.sqrt(x * x)) / 2

    def derivative(self, x):
        return (x > 0).to(x.dtype)
