# a library function that is not on the list
class MyReLU:
    def __call__(self, x):
        return F.threshold(x, 0.0, 0.0)

    def derivative(self, x):
        return 1 - torch.le(x, 0).to(x.dtype)
