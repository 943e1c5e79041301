# one number for the whole tensor
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        return torch.tensor(1.0 if x.sum() > 0 else 0.0, dtype=x.dtype)
