# one number: the largest entry
class MyReLU:
    def __call__(self, x):
        return torch.clamp(x.max(), min=0)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
