# capped at a million
class MyReLU:
    def __call__(self, x):
        return x.clamp(0, 1e6)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
