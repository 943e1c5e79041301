# NaN replaced by ±1 with torch.where: values right, gradient NaN
class MyTanh:
    def __call__(self, x):
        a, b = torch.exp(x), torch.exp(-x)
        return torch.where(x.abs() > 40, torch.sign(x), (a - b) / (a + b))

    def derivative(self, x):
        return 1 - self(x) ** 2
