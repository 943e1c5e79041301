# a smooth approximation
class MyReLU:
    def __call__(self, x):
        return torch.log1p(torch.exp(x))

    def derivative(self, x):
        return (x > 0).to(x.dtype)
