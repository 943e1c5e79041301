# hard tanh
class MyTanh:
    def __call__(self, x):
        return x.clamp(-1, 1)

    def derivative(self, x):
        return 1 - self(x) ** 2
