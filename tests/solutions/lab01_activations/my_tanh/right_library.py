# only calls torch.tanh: keeps its points, flagged for review
class MyTanh:
    def __call__(self, x):
        return x.tanh()

    def derivative(self, x):
        return 1 - self(x) ** 2
