# clamp to ±700: float32 still overflows
class MyTanh:
    def __call__(self, x):
        x = x.clamp(-700, 700)
        a, b = torch.exp(x), torch.exp(-x)
        return (a - b) / (a + b)

    def derivative(self, x):
        return 1 - self(x) ** 2
