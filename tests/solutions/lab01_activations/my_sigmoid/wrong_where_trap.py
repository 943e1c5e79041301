# right values, but the branch not taken poisons the gradient
class MySigmoid:
    def __call__(self, x):
        return torch.where(x >= 0, 1 / (1 + torch.exp(-x)), torch.exp(x) / (1 + torch.exp(x)))

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
