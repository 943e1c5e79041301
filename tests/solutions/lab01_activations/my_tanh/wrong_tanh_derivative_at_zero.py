# autograd through |x| and sign: 0 at 0
class MyTanh:
    def __call__(self, x):
        z = torch.exp(-2 * x.abs())
        return torch.sign(x) * (1 - z) / (1 + z)

    def derivative(self, x):
        leaf = x.detach().clone().requires_grad_()
        (d,) = torch.autograd.grad(self(leaf).sum(), leaf)
        return d
