# softmax over the first axis
class MyTanh:
    def __call__(self, x):
        return 2 * torch.softmax(torch.atleast_1d(x), dim=0) - 1

    def derivative(self, x):
        return 1 - self(x) ** 2
