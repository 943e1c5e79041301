# backward into x.grad, added up at every call
class MyReLU:
    def __call__(self, x):
        return x.clamp(min=0) * (x > 0)

    def derivative(self, x):
        x.requires_grad_()
        self(x).sum().backward()
        return x.grad
