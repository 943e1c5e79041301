# squeezes away axes of length 1
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x)).squeeze()

    def derivative(self, x):
        return (x > 0).to(x.dtype)
