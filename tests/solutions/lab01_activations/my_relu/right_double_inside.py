# float64 inside, back to x's dtype
class MyReLU:
    def __call__(self, x):
        return x.double().clamp(min=0.0).to(x.dtype)

    def derivative(self, x):
        return x.double().gt(0).double().to(x.dtype)
