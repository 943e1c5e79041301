# returns an array
class MySigmoid:
    def __call__(self, x):
        a = x.detach().numpy()
        return 1 / (1 + np.exp(-a.clip(-40, 40)))

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
