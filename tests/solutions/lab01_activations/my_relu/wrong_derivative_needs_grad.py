# backward on x as it came: fails unless x requires grad
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        self(x).sum().backward()
        return x.grad
