# clamp to ±9: not enough for float64
class MyTanh:
    def __call__(self, x):
        x = x.clamp(-9, 9)
        a, b = torch.exp(x), torch.exp(-x)
        return (a - b) / (a + b)

    def derivative(self, x):
        return 1 - self(x) ** 2
