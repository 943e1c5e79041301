# float16 on the way
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x)).half().to(x.dtype)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
