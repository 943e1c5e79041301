# 1 / (1 + exp(−|x|)) on the right, exp(x) on the left
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-x.abs())
        return torch.where(x >= 0, 1 / (1 + z), z)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
