# exp of minus softplus
class MySigmoid:
    def __call__(self, x):
        return torch.exp(-F.softplus(-x))

    def derivative(self, x):
        return torch.exp(-F.softplus(-x) - F.softplus(x))
