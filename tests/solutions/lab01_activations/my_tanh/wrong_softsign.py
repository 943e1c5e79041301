# x / (1 + |x|)
class MyTanh:
    def __call__(self, x):
        return x / (1 + x.abs())

    def derivative(self, x):
        return 1 - self(x) ** 2
