# softmax over the tensor
class MySigmoid:
    def __call__(self, x):
        e = torch.exp(x - x.max())
        return e / e.sum()

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
