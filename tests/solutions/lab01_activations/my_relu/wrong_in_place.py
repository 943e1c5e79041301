# overwrites x
class MyReLU:
    def __call__(self, x):
        x[x < 0] = 0
        return x

    def derivative(self, x):
        return (x > 0).to(x.dtype)
