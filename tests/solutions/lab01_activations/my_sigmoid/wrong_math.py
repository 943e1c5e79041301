# math.exp: only for 0-d tensors
class MySigmoid:
    def __call__(self, x):
        return 1 / (1 + math.exp(-x))

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
