# both exponents shifted by |x|
class MyTanh:
    def __call__(self, x):
        m = torch.maximum(x, -x)
        a, b = torch.exp(x - m), torch.exp(-x - m)
        return (a - b) / (a + b)

    def derivative(self, x):
        m = x.abs()
        return 4 * torch.exp(-2 * m) / (1 + torch.exp(-2 * m)) ** 2
