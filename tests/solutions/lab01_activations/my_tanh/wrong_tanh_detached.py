# detached from the graph
class MyTanh:
    def __call__(self, x):
        x = x.detach()
        z = torch.exp(-2 * torch.where(x >= 0, x, -x))
        return torch.where(x >= 0, 1 - z, z - 1) / (1 + z)

    def derivative(self, x):
        return 1 - self(x) ** 2
