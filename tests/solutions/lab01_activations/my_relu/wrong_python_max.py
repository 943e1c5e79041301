# Python's max on a tensor
class MyReLU:
    def __call__(self, x):
        return max(0, x)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
