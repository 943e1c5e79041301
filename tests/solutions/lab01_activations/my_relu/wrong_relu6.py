# clipped at 6
class MyReLU:
    def __call__(self, x):
        return x.clamp(0, 6)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
