# detached from the graph
class MySigmoid:
    def __call__(self, x):
        x = x.detach()
        z = torch.exp(-torch.where(x >= 0, x, -x))
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
