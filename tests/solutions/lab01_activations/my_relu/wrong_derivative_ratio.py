# relu(x) / (x + eps)
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        return self(x) / (x + 1e-7)
