# derivative of what the last call saw
class MyReLU:
    def __call__(self, x):
        self.x = x
        return x.clamp(min=0)

    def derivative(self, x):
        return (self.x > 0).to(x.dtype)
