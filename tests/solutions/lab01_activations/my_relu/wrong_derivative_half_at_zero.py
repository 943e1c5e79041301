# derivative from autograd of torch.maximum: one half at 0
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        leaf = x.detach().clone().requires_grad_()
        with torch.enable_grad():
            (d,) = torch.autograd.grad(torch.maximum(leaf, torch.zeros_like(leaf)).sum(), leaf)
        return d
