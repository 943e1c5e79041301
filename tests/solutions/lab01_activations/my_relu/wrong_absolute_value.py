# absolute value
class MyReLU:
    def __call__(self, x):
        return x.abs()

    def derivative(self, x):
        return (x > 0).to(x.dtype)
