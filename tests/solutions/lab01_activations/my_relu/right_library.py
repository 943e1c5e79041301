# only calls torch.relu: keeps its points, flagged for review
class MyReLU:
    def __call__(self, x):
        return torch.relu(x)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
