# 0 at 0 (strict comparison on both sides)
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-x.abs())
        return (x > 0) / (1 + z) + (x < 0) * z / (1 + z)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
