# only calls torch.sigmoid: keeps its points, flagged for review
class MySigmoid:
    def __call__(self, x):
        return torch.sigmoid(x)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
