# a sum over the last axis
class MyReLU:
    def __call__(self, x):
        return x.clamp(min=0).sum(-1)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
