# (e^{2x} - 1) / (e^{2x} + 1): NaN from 44 on in float32
class MyTanh:
    def __call__(self, x):
        e = torch.exp(2 * x)
        return (e - 1) / (e + 1)

    def derivative(self, x):
        return 1 - self(x) ** 2
