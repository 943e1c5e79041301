# returns the mask, not the values
class MyReLU:
    def __call__(self, x):
        return (x > 0).to(x.dtype)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
