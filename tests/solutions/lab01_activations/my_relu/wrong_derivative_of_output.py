# relu(x) itself over its largest value
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        y = self(x)
        return y / (y + (y == 0)).max()
