# the first result is returned for ever
class MyReLU:
    def __call__(self, x):
        if not hasattr(self, "y"):
            self.y = torch.maximum(x, torch.zeros_like(x))
        return self.y

    def derivative(self, x):
        return (x > 0).to(x.dtype)
