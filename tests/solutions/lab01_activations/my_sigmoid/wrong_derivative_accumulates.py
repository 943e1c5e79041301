# backward into x.grad, added up at every call
class MySigmoid:
    def __call__(self, x):
        return torch.exp(-F.softplus(-x))

    def derivative(self, x):
        x.requires_grad_()
        self(x).sum().backward()
        return x.grad
