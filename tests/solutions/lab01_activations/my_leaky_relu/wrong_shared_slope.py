# slope kept on the class: the last object wins
class MyLeakyReLU:
    def __init__(self, negative_slope=0.01):
        MyLeakyReLU.s = negative_slope

    def __call__(self, x):
        return torch.where(x > 0, x, MyLeakyReLU.s * x)

    def derivative(self, x):
        return torch.where(x > 0, torch.ones_like(x), torch.full_like(x, MyLeakyReLU.s))
