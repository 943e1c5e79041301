# detached from the graph
class MyReLU:
    def __call__(self, x):
        return x.detach().clamp(min=0)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
