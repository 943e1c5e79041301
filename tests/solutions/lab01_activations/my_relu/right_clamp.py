# clamp and the sign of x
class MyReLU:
    def __call__(self, x):
        return x.clamp(min=0)

    def derivative(self, x):
        return torch.sign(x).clamp(min=0)
