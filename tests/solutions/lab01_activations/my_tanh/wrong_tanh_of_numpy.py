# returns a numpy array
class MyTanh:
    def __call__(self, x):
        return np.tanh(x.detach().numpy())

    def derivative(self, x):
        return 1 - self(x) ** 2
