# a rational approximation
class MyTanh:
    def __call__(self, x):
        z = x.clamp(-3, 3)
        return z * (27 + z * z) / (27 + 9 * z * z)

    def derivative(self, x):
        return 1 - self(x) ** 2
