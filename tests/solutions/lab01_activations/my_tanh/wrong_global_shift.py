# one shift for the whole tensor
class MyTanh:
    def __call__(self, x):
        m = x.abs().max()
        a, b = torch.exp(x - m), torch.exp(-x - m)
        return (a - b) / (a + b)

    def derivative(self, x):
        return 1 - self(x) ** 2
