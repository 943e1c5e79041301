# forgets the case distinction
class MyReLU:
    def __call__(self, x):
        return x * 1

    def derivative(self, x):
        return (x > 0).to(x.dtype)
