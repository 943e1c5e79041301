# zeros written into a copy
class MyReLU:
    def __call__(self, x):
        y = x.clone()
        y[y < 0] = 0
        return y

    def derivative(self, x):
        d = torch.zeros_like(x)
        d[x > 0] = 1
        return d.detach()
