# max with ones_like
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.ones_like(x))

    def derivative(self, x):
        return (x > 0).to(x.dtype)
