# the first terms of the series, clamped
class MyTanh:
    def __call__(self, x):
        return (x - x**3 / 3 + 2 * x**5 / 15).clamp(-1, 1)

    def derivative(self, x):
        return 1 - self(x) ** 2
