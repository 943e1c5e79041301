# piecewise linear approximation
class MySigmoid:
    def __call__(self, x):
        return (0.25 * x + 0.5).clamp(0, 1)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
