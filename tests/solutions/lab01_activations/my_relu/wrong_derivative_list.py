# derivative is a list
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        return [1.0 if v > 0 else 0.0 for v in x.flatten().tolist()]
