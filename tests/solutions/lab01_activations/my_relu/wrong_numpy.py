# returns an array
class MyReLU:
    def __call__(self, x):
        return np.maximum(x.detach().numpy(), 0)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
