# derivative by autograd on a formula that is smooth at 0
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-torch.where(x >= 0, x, -x))
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    def derivative(self, x):
        leaf = x.detach().clone().requires_grad_()
        with torch.enable_grad():
            (d,) = torch.autograd.grad(self(leaf).sum(), leaf)
        return d
