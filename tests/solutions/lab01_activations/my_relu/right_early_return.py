# x itself where nothing has to change
class MyReLU:
    def __call__(self, x):
        if (x >= 0).all():
            return x
        return x * (x > 0)

    def derivative(self, x):
        if x.numel() == 0:
            return torch.empty_like(x)
        return torch.ceil(torch.sign(x) / 2).abs()
