# x minus its negative part
class MyReLU:
    def __call__(self, x):
        return x - torch.minimum(x, torch.zeros_like(x))

    def derivative(self, x):
        return torch.sign(x).clamp(min=0)
