# derivative by autograd of |x|: 0 at 0
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-x.abs())
        return torch.where(x >= 0, 1 / (1 + z), z / (1 + z))

    def derivative(self, x):
        leaf = x.detach().clone().requires_grad_()
        with torch.enable_grad():
            (d,) = torch.autograd.grad(self(leaf).sum(), leaf)
        return d
