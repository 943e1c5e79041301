# multiplication by the mask, as methods
class MyReLU:
    def __call__(self, x):
        return x * x.gt(0)

    def derivative(self, x):
        return x.gt(0).type_as(x)
