# derivative computed once and kept
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        if not hasattr(self, "d"):
            self.d = (x > 0).to(x.dtype)
        return self.d
