# derivative overwrites x
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        x[x > 0] = 1
        x[x <= 0] = 0
        return x
