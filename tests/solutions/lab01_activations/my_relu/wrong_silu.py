# x·sigmoid(x)
class MyReLU:
    def __call__(self, x):
        return x / (1 + torch.exp(-x))

    def derivative(self, x):
        return (x > 0).to(x.dtype)
