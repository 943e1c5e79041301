# returns 0 and 1
class MyReLU:
    def __call__(self, x):
        return (x > 0).to(x.dtype)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
