# shape lost
class MyReLU:
    def __call__(self, x):
        return x.clamp(min=0).flatten()

    def derivative(self, x):
        return (x > 0).to(x.dtype)
