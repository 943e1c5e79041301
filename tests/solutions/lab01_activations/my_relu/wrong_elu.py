# exponential on the left
class MyReLU:
    def __call__(self, x):
        return torch.where(x > 0, x, torch.exp(x.clamp(max=0)) - 1)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
