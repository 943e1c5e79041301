# output always float32
class MyReLU:
    def __call__(self, x):
        return x.clamp(min=0).float()

    def derivative(self, x):
        return (x > 0).to(x.dtype)
